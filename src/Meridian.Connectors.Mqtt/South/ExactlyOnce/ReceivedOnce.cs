using Meridian.Connectors.Mqtt.South.Gathering;
using Meridian.Mqtt;
using Meridian.Sdk.Intakes;
using Meridian.Sdk.South;

namespace Meridian.Connectors.Mqtt.South.ExactlyOnce;

/// <summary>
/// Which messages at QoS 2 are on disk while the broker may still send them: their Packet Identifiers lie in the same
/// records as their readings, and go with a record of their own before PUBCOMP lets the broker use them again. So a
/// kill at any moment neither repeats a message nor takes a new one for a repeat, and no session store is needed.
/// </summary>
/// <remarks>
/// <code>
///  PUBLISH ─► gathers ─► record: readings + identifier ─ on disk ─► PUBREC      (MQTT 5.0 §4.3.3, 3.1.1 §4.3.3)
///  PUBREL  ─► gathers ─► record: identifier is gone    ─ on disk ─► PUBCOMP
/// </code>
/// Two views: <see cref="_pages"/> is what has been offered, in the order of the records; <see cref="_safe"/> is what
/// is on disk. The client's loop, the intake loop and the engine's receipts call.
/// </remarks>
internal sealed class ReceivedOnce
{
    private readonly Lock _gate = new();
    private readonly IdentifierPages _pages;
    private readonly HashSet<ushort> _safe = [];

    /// <summary>Not yet on disk, with what acknowledges them on the latest connection.</summary>
    private readonly Dictionary<ushort, MqttAcknowledgement> _pending = [];
    private uint _session;

    public ReceivedOnce(ISouthContext context, string session)
    {
        _pages = new IdentifierPages(session);
        if (!context.IsTest)
        {
            _safe.UnionWith(_pages.Read(context));
        }
    }

    /// <summary>What the client must answer without giving it again.</summary>
    public IReadOnlyCollection<ushort> Unreleased
    {
        get
        {
            lock (_gate)
            {
                return [.. _safe];
            }
        }
    }

    /// <summary>
    /// A message at QoS 2 came. False when it is here already and only not on disk yet, the broker having sent it again
    /// after a lost connection: its acknowledgement is kept for then.
    /// </summary>
    public bool TryReceive(in MqttMessage message)
    {
        lock (_gate)
        {
            // Without DUP it is another message, whatever its identifier [MQTT-3.3.1-1]: better twice than lost.
            var isHere = message.IsDuplicate && _pending.ContainsKey(message.PacketIdentifier);
            _pending[message.PacketIdentifier] = message.Acknowledgement;
            return !isHere;
        }
    }

    /// <summary>The broker lets go of a message. False when nothing about it is on disk.</summary>
    public bool IsKept(in MqttRelease release)
    {
        lock (_gate)
        {
            return _safe.Contains(release.PacketIdentifier);
        }
    }

    /// <summary>The broker has no session: no identifier of before means anything any more.</summary>
    /// <returns>The number of the session that begins.</returns>
    public uint Lose()
    {
        lock (_gate)
        {
            _safe.Clear();
            _pending.Clear();
            return ++_session;
        }
    }

    /// <summary>What the record of these readings has to say about identifiers. In the order of the records.</summary>
    public IReadOnlyList<Checkpoint> Stage(GatheredReadings gathered)
    {
        if (gathered.HasLostSession)
        {
            _pages.Clear();
        }

        foreach (var identifier in gathered.Identifiers)
        {
            _pages.Add(identifier);
        }

        foreach (var release in gathered.Releases)
        {
            _pages.Remove(release.PacketIdentifier);
        }

        return _pages.TakeChanges();
    }

    /// <summary>The record is on disk.</summary>
    /// <param name="stored">What it holds.</param>
    /// <param name="acknowledge">Acknowledges one message.</param>
    public void Settle(GatheredReadings stored, Action<MqttAcknowledgement> acknowledge)
    {
        lock (_gate)
        {
            if (stored.Session != _session)
            {
                return;
            }

            foreach (var identifier in stored.Identifiers)
            {
                _safe.Add(identifier);
                if (_pending.Remove(identifier, out var acknowledgement))
                {
                    acknowledge(acknowledgement);
                }
            }

            foreach (var release in stored.Releases)
            {
                _safe.Remove(release.PacketIdentifier);
            }
        }
    }

    /// <summary>
    /// These were not taken: the broker sends them again, and they are taken then. In the order of the records.
    /// </summary>
    /// <param name="gathered">What was not taken.</param>
    /// <param name="isStaged">Whether <see cref="Stage"/> has been asked about it.</param>
    public void Forget(GatheredReadings gathered, bool isStaged)
    {
        lock (_gate)
        {
            foreach (var identifier in gathered.Session == _session ? gathered.Identifiers : [])
            {
                _ = _pending.Remove(identifier);
            }

            if (isStaged)
            {
                Unstage(gathered);
            }

            if (gathered.HasLostSession)
            {
                _pages.ClearAnew(); // The next record says it.
            }
        }
    }

    private void Unstage(GatheredReadings gathered)
    {
        foreach (var identifier in gathered.Identifiers)
        {
            _pages.Remove(identifier);
        }

        foreach (var release in gathered.Releases)
        {
            if (_safe.Contains(release.PacketIdentifier))
            {
                _pages.Add(release.PacketIdentifier);
            }
        }
    }
}
