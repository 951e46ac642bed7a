using System.Diagnostics.CodeAnalysis;
using Meridian.Mqtt.Session;
using Meridian.Mqtt.Wire;

namespace Meridian.Mqtt.Connection;

/// <content>What the server, or the end of its connection, says to each.</content>
internal sealed partial class RequestTable
{
    /// <summary>SUBACK came.</summary>
    public void OnSubAck(Link link, SubAckPacket packet)
    {
        lock (state.Gate)
        {
            if (state.Link != link || !TryTake(packet.PacketIdentifier, isSubscribe: true, out var request))
            {
                return;
            }

            var codes = packet.ReturnCodes;
            DemandCodes(request, codes, request.Subscriptions.Count, "MQTT-3.8.4-6");
            for (var i = 0; i < codes.Count; i++)
            {
                OnAnswered(link, request, request.Subscriptions[i], (MqttReasonCode)codes[i]);
            }

            EndDecisions(request);
            request.Answer.TrySetResult(codes);
            if (request.IsRenewal)
            {
                _renewalsOnTheWay--;
            }

            Renew(link);
        }
    }

    /// <summary>UNSUBACK came.</summary>
    public void OnUnsubAck(Link link, UnsubAckPacket packet)
    {
        lock (state.Gate)
        {
            if (state.Link != link || !TryTake(packet.PacketIdentifier, isSubscribe: false, out var request))
            {
                return;
            }

            var codes = packet.ReturnCodes;
            if (link.Version >= MqttProtocolVersion.V50)
            {
                DemandCodes(request, codes, request.Filters.Count, "MQTT-3.11.3-1");
            }

            for (var i = 0; i < request.Filters.Count; i++)
            {
                var isEnded = codes.Count == 0 || codes[i] < (byte)MqttReasonCode.UnspecifiedError;
                OnLeft(request, request.Filters[i], isEnded);
            }

            EndDecisions(request);
            request.Answer.TrySetResult(codes);
            Renew(link); // It gave back a Packet Identifier.
        }
    }

    /// <summary>Takes the wanted filters that were refused since the last call.</summary>
    public IReadOnlyList<MqttSubscribeResult> TakeRefusals()
    {
        lock (state.Gate)
        {
            if (_refusals.Count == 0)
            {
                return [];
            }

            MqttSubscribeResult[] refusals = [.. _refusals];
            _refusals.Clear();
            return refusals;
        }
    }

    /// <summary>Under the gate.</summary>
    public void FailAll(MqttException reason)
    {
        foreach (var (identifier, request) in _pending)
        {
            state.Identifiers.Return(identifier);
            Fail(request, reason.Copy());
        }

        _pending.Clear();
        _renewalsOnTheWay = 0;
    }

    private void OnAnswered(Link link, Request request, MqttSubscriptionRequest asked, MqttReasonCode code)
    {
        var result = new MqttSubscribeResult(asked.Filter, code);
        if (!result.IsGranted)
        {
            OnRefused(request, result);
            return;
        }

        request.Stream?.OnGranted(result.GrantedQos);
        if (!IsLastWord(request, asked.Filter))
        {
            return;
        }

        if (!request.IsRenewal)
        {
            _book.Set(new WantedFilter(asked, request.Identifier, request.Turn));
        }

        if (_book.TryGet(asked.Filter, out var wanted))
        {
            wanted.Standing = FilterStanding.Granted;
            wanted.HasIdentifierAtServer = link.Result.IsSubscriptionIdentifierAvailable;
        }

        foreach (var stream in state.Streams.Routes.All(asked.Filter))
        {
            stream.OnGranted(result.GrantedQos);
        }
    }

    private void OnRefused(Request request, MqttSubscribeResult result)
    {
        if (request.Stream is { } stream)
        {
            state.Streams.Routes.Remove(stream);
            stream.Abandon(StreamTable.Refused(result));
        }
        else if (request.IsRenewal && IsLastWord(request, result.Filter)
            && _book.TryGet(result.Filter, out var wanted))
        {
            Refuse(wanted, StreamTable.Refused(result));
        }
    }

    /// <summary>The server does not give what is wanted: its streams end; the receiver's is asked for again when the
    /// session is lost.</summary>
    private void Refuse(WantedFilter wanted, MqttRejectedException refusal)
    {
        var filter = wanted.Request.Filter;
        wanted.Standing = FilterStanding.Refused;
        _refusals.Add(new MqttSubscribeResult(filter, refusal.ReasonCode));
        if (wanted.Identifier != 0)
        {
            _book.Remove(filter);
        }

        foreach (var stream in state.Streams.Routes.All(filter))
        {
            state.Streams.Routes.Remove(stream);
            stream.End(refusal);
        }
    }

    private void OnLeft(Request request, string filter, bool isEnded)
    {
        if (!isEnded)
        {
            return;
        }

        if (IsLastWord(request, filter))
        {
            _book.Remove(filter);
        }

        foreach (var stream in request.StreamsToEnd)
        {
            if (string.Equals(stream.Filter, filter, StringComparison.Ordinal))
            {
                state.Streams.Routes.Remove(stream);
                stream.End(fault: null);
            }
        }
    }

    /// <summary>A request whose connection ended: whether the server has heard it is not known.</summary>
    private void Fail(Request request, MqttException reason)
    {
        foreach (var filter in request.Filters)
        {
            if (request.IsLeaving && IsLastWord(request, filter))
            {
                _toLeave.Add(filter); // It ends with the session, or is said again on the next connection.
            }
        }

        if (request.Stream is { } stream)
        {
            if (state.Streams.Routes.Remove(stream))
            {
                _book.Remove(stream.Filter);
                _toLeave.Add(stream.Filter);
            }

            stream.Abandon(reason);
        }

        EndDecisions(request);
        if (request.IsLeaving || request.IsRenewal)
        {
            request.Answer.TrySetResult([]);
        }
        else
        {
            request.Answer.TrySetException(reason);
        }
    }

    private bool TryTake(ushort identifier, bool isSubscribe, [NotNullWhen(true)] out Request? request)
    {
        if (!_pending.TryGetValue(identifier, out request))
        {
            return false; // A repeated answer is no fault.
        }

        if (isSubscribe != request.Filters is [])
        {
            throw new MqttProtocolException(
                "MQTT-2.2.1-6",
                MqttReasonCode.ProtocolError,
                $"Packet Identifier {identifier} stands for {(isSubscribe ? "an UNSUBSCRIBE" : "a SUBSCRIBE")}, "
                + "and the answer is not of that kind.");
        }

        _pending.Remove(identifier);
        state.Identifiers.Return(identifier);
        return true;
    }

    private void DemandCodes(Request request, IReadOnlyList<byte> codes, int count, string statement)
    {
        if (codes.Count != count)
        {
            var fault = new MqttProtocolException(
                statement,
                MqttReasonCode.ProtocolError,
                $"The answer has {codes.Count} codes for {count} Topic Filters.");
            Fail(request, fault);
            throw fault;
        }
    }
}
