using System.Diagnostics.CodeAnalysis;
using Meridian.Mqtt.Subscriptions;
using Meridian.Mqtt.Wire;

namespace Meridian.Mqtt.Connection;

/// <summary>
/// Where a received message goes: to the request that it answers, to the streams that subscribed to it, or to the
/// receiver; where there is none of them, it is counted. Used by the read loop alone, which never waits here.
/// </summary>
internal sealed class InboundRouter(Link link, ClientState state, IMqttReceiver? receiver, MqttLog log)
{
    private readonly bool _isByApplication = state.Options.AcknowledgeMode == MqttAcknowledgeMode.ByApplication;
    private readonly List<MqttSubscription> _streams = [];
    private bool _hasWarned;

    /// <summary>A PUBLISH came, with its Topic Name whole.</summary>
    /// <returns>False when there is no room; it is to be brought again.</returns>
    public bool TryTake(in PublishPacket packet)
    {
        if (packet.Qos == MqttQos.AtMostOnce)
        {
            Give(packet, acknowledgement: default);
            return true;
        }

        MqttAcknowledgement acknowledgement;
        bool isNew;
        lock (state.InboundGate)
        {
            if (state.Inbound.IsFull)
            {
                return false;
            }

            isNew = state.Inbound.TryReceive(
                packet.PacketIdentifier, packet.Qos, packet.IsDuplicate, out var sequence);
            acknowledgement = new MqttAcknowledgement(state.Inbound.Epoch, sequence);
        }

        if (isNew)
        {
            Give(packet, acknowledgement);
        }

        return true;
    }

    /// <summary>PUBREL came.</summary>
    public void OnPubRel(ushort identifier)
    {
        bool isAsked;
        uint epoch;
        lock (state.Gate)
        {
            lock (state.InboundGate)
            {
                // A PUBREC that the application has released and that only waits for the writer goes out before its
                // PUBCOMP.
                state.Inbound.Release(link.Gathering);
                epoch = state.Inbound.Epoch;
                isAsked = state.Inbound.OnPubRel(
                    identifier, _isByApplication && receiver is not null, link.Gathering);
            }
        }

        if (isAsked && Ask(new MqttRelease(epoch, identifier)))
        {
            state.Acknowledge(new MqttRelease(epoch, identifier));
        }

        link.Wake();
    }

    /// <summary>All packets of one read have been given.</summary>
    [SuppressMessage(
        "Design", "CA1031:Do not catch general exception types", Justification = "The edge to the user's code.")]
    public void OnBatchEnd()
    {
        try
        {
            receiver?.OnBatchEnd();
        }
        catch (Exception error)
        {
            throw Failed(error);
        }
    }

    private void Give(in PublishPacket packet, MqttAcknowledgement acknowledgement)
    {
        if (state.Responses?.TryTake(packet) == true)
        {
            Settle(acknowledgement);
        }
        else if (state.Streams.Routes.IsEmpty || !TryGiveToStreams(packet, acknowledgement))
        {
            if (receiver is null)
            {
                OnUnclaimed(packet.Topic);
            }

            var isByApplication = _isByApplication && receiver is not null;
            GiveToReceiver(packet, isByApplication ? acknowledgement : default);
            if (!isByApplication)
            {
                Settle(acknowledgement);
            }
        }
    }

    private bool TryGiveToStreams(in PublishPacket packet, MqttAcknowledgement acknowledgement)
    {
        state.Streams.Routes.Find(
            packet, link.Result.IsSubscriptionIdentifierAvailable, receiver is not null, _streams);
        if (_streams.Count == 0)
        {
            return false;
        }

        if (packet.Qos == MqttQos.ExactlyOnce)
        {
            lock (state.InboundGate)
            {
                state.Inbound.Keep(acknowledgement.Sequence);
            }
        }

        var payload = MqttReceivedMessage.Copy(packet.Payload);
        var delivery = acknowledgement.IsEmpty
            ? null
            : new Delivery(state, acknowledgement, _streams.Count, payload.Length);
        foreach (var stream in _streams)
        {
            stream.Offer(new MqttReceivedMessage(packet, payload, delivery, stream));
        }

        _streams.Clear();
        return true;
    }

    private void OnUnclaimed(string topic)
    {
        state.Streams.CountUnclaimed();
        if (!_hasWarned)
        {
            _hasWarned = true;
            log.Unclaimed(topic);
        }
    }

    /// <summary>The batch's end wakes the writer.</summary>
    private void Settle(MqttAcknowledgement acknowledgement)
    {
        if (!acknowledgement.IsEmpty)
        {
            state.Acknowledge(acknowledgement, isQuiet: true);
        }
    }

    [SuppressMessage(
        "Design", "CA1031:Do not catch general exception types", Justification = "The edge to the user's code.")]
    private void GiveToReceiver(in PublishPacket packet, MqttAcknowledgement acknowledgement)
    {
        try
        {
            receiver?.OnMessage(new MqttMessage(packet, acknowledgement));
        }
        catch (Exception error)
        {
            throw Failed(error);
        }
    }

    [SuppressMessage(
        "Design", "CA1031:Do not catch general exception types", Justification = "The edge to the user's code.")]
    private bool Ask(MqttRelease release)
    {
        try
        {
            return receiver?.OnRelease(release) ?? true;
        }
        catch (Exception error)
        {
            throw Failed(error);
        }
    }

    private MqttConnectionLostException Failed(Exception error)
    {
        log.ReceiverFailed(error);
        return new MqttConnectionLostException(
            "The receiver threw; the connection was ended so that the server sends again.", error);
    }
}
