using System.Buffers;
using Meridian.Mqtt.Wire;

namespace Meridian.Mqtt.Session;

/// <content>The second half of QoS 2, and what passes from one connection to the next.</content>
internal sealed partial class InboundSession
{
    /// <summary>Identifiers that an earlier process answered with PUBREC.</summary>
    public void Seed(IEnumerable<ushort> identifiers)
    {
        foreach (var identifier in identifiers)
        {
            _awaitingRelease.Add(identifier);
        }
    }

    /// <summary>
    /// PUBREL came: the server has let go of the message. PUBCOMP answers, also for an identifier that is unknown here,
    /// unless the application that owns the message is asked first.
    /// </summary>
    /// <param name="identifier">The Packet Identifier.</param>
    /// <param name="isOwnedByApplication">Whether the application keeps such identifiers itself.</param>
    /// <param name="output">Takes the PUBCOMP.</param>
    /// <returns>True when the application is to be asked; its word is <see cref="CompleteRelease"/>.</returns>
    public bool OnPubRel(ushort identifier, bool isOwnedByApplication, IBufferWriter<byte> output)
    {
        if (_held.Contains(identifier))
        {
            throw new MqttProtocolException(
                "MQTT-4.3.3-1",
                MqttReasonCode.ProtocolError,
                $"PUBREL for Packet Identifier {identifier} came before its PUBREC was sent.");
        }

        if (isOwnedByApplication && _awaitingRelease.Contains(identifier) && !_keptByClient.Contains(identifier))
        {
            var isFirst = !_releasing.Contains(identifier);
            _releasing.Add(identifier);
            return isFirst;
        }

        Complete(identifier, output);
        return false;
    }

    /// <summary>The application has noted a release.</summary>
    /// <returns>False when there is nothing to send: said twice, or its connection is gone.</returns>
    public bool CompleteRelease(uint epoch, ushort identifier, IBufferWriter<byte> output)
    {
        if (epoch != Epoch || !_releasing.Contains(identifier))
        {
            return false;
        }

        Complete(identifier, output);
        return true;
    }

    private void Complete(ushort identifier, IBufferWriter<byte> output)
    {
        var isKnown = _awaitingRelease.Remove(identifier);
        if (isKnown)
        {
            Steps?.ReceivedDone(identifier);
        }

        _releasing.Remove(identifier);
        _keptByClient.Remove(identifier);
        _carried.Remove(identifier);
        if (_counted.Remove(identifier))
        {
            _used--;
        }
        else if (_credit < receiveMaximum)
        {
            _credit++;
        }

        var reason = isKnown || Version < MqttProtocolVersion.V50
            ? MqttReasonCode.Success
            : MqttReasonCode.PacketIdentifierNotFound;
        PacketEncoder.WriteAcknowledgement(
            output, Version, PacketType.PubComp, new AcknowledgementPacket(identifier, reason));
    }

    /// <summary>What the server must send again belongs to what is known of it.</summary>
    private void CarryOver()
    {
        for (var sequence = _head; sequence != _tail; sequence++)
        {
            var place = PlaceOf(sequence);
            if (place.Stage != Stage.Aside)
            {
                Carry(sequence, place, isSafe: place.Stage == Stage.Acknowledged, heldBytes: 0);
            }
        }

        foreach (var (sequence, aside) in _aside)
        {
            Carry(sequence, aside.Place, isSafe: false, aside.Bytes);
        }

        foreach (var ready in _asideReady)
        {
            Carry(ready.Sequence, ready.Place, isSafe: true, heldBytes: 0);
        }
    }

    private void Carry(uint sequence, Place place, bool isSafe, int heldBytes)
    {
        if (place.Qos == MqttQos.ExactlyOnce && !place.IsRepeat)
        {
            _carried.Add(new Carried(place.Identifier, sequence, place.IsKept, isSafe, heldBytes));
        }
    }

    /// <summary>
    /// What is known of a message that comes again; null when it is to be delivered. Without DUP it is another one
    /// [MQTT-3.3.1-1]: better twice than lost.
    /// </summary>
    private Carried? TakeCarried(ushort identifier, bool isDuplicate)
    {
        if (!_carried.TryGet(identifier, out var carried))
        {
            return null;
        }

        if (isDuplicate && carried is { IsKept: true, IsSafe: false })
        {
            return carried;
        }

        _carried.Remove(identifier);
        return isDuplicate && carried.IsSafe ? carried : null;
    }

    /// <summary>The word for a message of an earlier connection.</summary>
    private bool AcknowledgeLate(uint sequence)
    {
        if (!_carried.TryGet(sequence, out var carried))
        {
            return false; // The server sends it again, or has.
        }

        if (carried.SequenceNow is { } now)
        {
            return Acknowledge(Epoch, now);
        }

        _carried.Change(carried with { IsSafe = true });
        return false;
    }
}
