using System.Runtime.InteropServices;
using Meridian.Mqtt;
using Meridian.Sdk.Intakes;
using Meridian.Sdk.Readings;

namespace Meridian.Connectors.Mqtt.South.Gathering;

/// <summary>
/// One buffer of readings with the acknowledgements that their messages wait for. It is filled by the read loop, then
/// lent to the engine as one intake, and used again when the intake's receipt has come.
/// </summary>
internal sealed class GatheredReadings(GatheringBuffer owner) : IReceipt
{
    private const int InitialPlaces = 256;

    private readonly List<GroupRun> _groups = [];
    private readonly List<ushort> _identifiers = [];
    private readonly List<MqttRelease> _releases = [];
    private Reading[] _readings = new Reading[InitialPlaces];
    private MqttAcknowledgement[] _acknowledgements = new MqttAcknowledgement[InitialPlaces];
    private int _acknowledgementCount;

    // The latest of each key: an intake has one.
    private readonly Dictionary<string, Checkpoint> _checkpoints = new(StringComparer.Ordinal);

    public int Count { get; private set; }

    public long Bytes { get; private set; }

    /// <summary>How many readings came at QoS 0: nobody sends these again.</summary>
    public int UnacknowledgeableCount { get; private set; }

    /// <summary>The broker's session that the identifiers belong to.</summary>
    public uint Session { get; private set; }

    /// <summary>Whether the broker had lost the session of before when this one was filled.</summary>
    public bool HasLostSession { get; private set; }

    /// <summary>The Packet Identifiers of its messages at QoS 2.</summary>
    public IReadOnlyList<ushort> Identifiers => _identifiers;

    /// <summary>The releases that wait for this to be on disk.</summary>
    public IReadOnlyList<MqttRelease> Releases => _releases;

    /// <summary>Whether there is nothing to store and nothing to acknowledge.</summary>
    public bool IsEmpty => Count == 0 && _acknowledgementCount == 0 && _identifiers.Count == 0
        && _checkpoints.Count == 0 && _releases.Count == 0 && !HasLostSession;

    /// <summary>What to acknowledge; without QoS 2, whose acknowledgements are kept by their identifiers.</summary>
    public ReadOnlySpan<MqttAcknowledgement> Acknowledgements => _acknowledgements.AsSpan(0, _acknowledgementCount);

    /// <summary>Takes all readings of one message: they are stored together or not at all.</summary>
    public void Add(MessageReadings message, in Arrival arrival)
    {
        var readings = message.Readings;
        if (Count + readings.Length > _readings.Length)
        {
            Array.Resize(ref _readings, Math.Max(_readings.Length * 2, Count + readings.Length));
        }

        readings.CopyTo(_readings.AsSpan(Count));
        Count += readings.Length;
        foreach (var run in message.Groups)
        {
            AddGroup(run);
        }

        foreach (var checkpoint in message.Checkpoints)
        {
            _checkpoints[checkpoint.Key] = checkpoint;
        }

        Bytes += arrival.PayloadBytes;
        switch (arrival.Qos)
        {
            case MqttQos.ExactlyOnce:
                _identifiers.Add(arrival.PacketIdentifier);
                break;
            case MqttQos.AtLeastOnce:
                Add(arrival.Acknowledgement);
                break;
            default:
                UnacknowledgeableCount += readings.Length;
                break;
        }
    }

    public void Add(in MqttRelease release) => _releases.Add(release);

    /// <summary>What comes from now on is of another session of the broker's; what came before is stored as it is.
    /// </summary>
    public void BeginSession(uint session)
    {
        Session = session;
        HasLostSession = true;
        _identifiers.Clear();
        _releases.Clear();
    }

    /// <summary>An empty one goes on in the session of the one before.</summary>
    public void GoOn(uint session) => Session = session;

    /// <summary>What its messages want stored in the same record.</summary>
    public IReadOnlyCollection<Checkpoint> Checkpoints => _checkpoints.Values;

    public Intake ToIntake(IReadOnlyList<Checkpoint> checkpoints) =>
        new(new ReadingsContent(_readings.AsMemory(0, Count)) { Groups = _groups })
        {
            Receipt = this,
            Checkpoints = checkpoints,
        };

    /// <inheritdoc/>
    public void Stored() => owner.Stored(this);

    public void Clear()
    {
        // Names and payloads shall not live on in a buffer that waits to be used.
        Array.Clear(_readings, 0, Count);
        _groups.Clear();
        _checkpoints.Clear();
        Count = 0;
        Bytes = 0;
        _acknowledgementCount = 0;
        UnacknowledgeableCount = 0;
        HasLostSession = false;
        _identifiers.Clear();
        _releases.Clear();
    }

    private void Add(in MqttAcknowledgement acknowledgement)
    {
        if (_acknowledgementCount == _acknowledgements.Length)
        {
            Array.Resize(ref _acknowledgements, _acknowledgementCount * 2);
        }

        _acknowledgements[_acknowledgementCount++] = acknowledgement;
    }

    private void AddGroup(GroupRun run)
    {
        if (_groups.Count > 0 && string.Equals(_groups[^1].Group, run.Group, StringComparison.Ordinal))
        {
            _groups[^1] = _groups[^1] with { Count = _groups[^1].Count + run.Count };
        }
        else
        {
            _groups.Add(run);
        }
    }
}

/// <summary>How a message came.</summary>
/// <param name="Qos">The QoS that the broker sent it with.</param>
/// <param name="PacketIdentifier">Its Packet Identifier; zero at QoS 0.</param>
/// <param name="Acknowledgement">What acknowledges it.</param>
/// <param name="PayloadBytes">The length of its payload.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Arrival(
    MqttQos Qos, ushort PacketIdentifier, MqttAcknowledgement Acknowledgement, long PayloadBytes)
{
    /// <summary>How a message came.</summary>
    public static Arrival Of(in MqttMessage message) =>
        new(message.Qos, message.PacketIdentifier, message.Acknowledgement, message.Payload.Length);
}
