using Meridian.Mqtt.Session;
using Meridian.Mqtt.Wire;

namespace Meridian.Mqtt.Connection;

/// <summary>
/// SUBSCRIBE and UNSUBSCRIBE on their way, by Packet Identifier, and the book of what was granted. Everything under the
/// gate.
/// </summary>
internal sealed class RequestTable(ClientState state)
{
    private readonly Dictionary<ushort, Request> _pending = [];
    private readonly SubscriptionBook _book = new();
    private long _turn;

    /// <summary>The oldest request without answer, 0 for none.</summary>
    public long OldestTurn => _pending.Count == 0 ? 0 : _pending.Values.Min(static request => request.Turn);

    public Task<IReadOnlyList<byte>> SubscribeAsync(
        IReadOnlyList<MqttSubscriptionRequest> subscriptions, ICallListener? listener = null)
    {
        Link link;
        Request request;
        lock (state.Gate)
        {
            link = state.Link ?? throw state.WhyNoLink;
            if (link.Limits.FindRefusal(subscriptions) is { } refusal)
            {
                throw refusal;
            }

            request = Subscribe(link, subscriptions, isRenewal: false);
            request.Answer.Listener = listener;
        }

        link.Wake();
        return request.Answer.Task;
    }

    public Task UnsubscribeAsync(IReadOnlyList<string> filters, ICallListener? listener = null)
    {
        Link link;
        Request request;
        lock (state.Gate)
        {
            link = state.Link ?? throw state.WhyNoLink;
            request = Add(new Request([], filters, ++_turn), out var identifier);
            request.Answer.Listener = listener;
            PacketEncoder.WriteUnsubscribe(
                link.Gathering, link.Version, new UnsubscribePacket(identifier, filters));
        }

        link.Wake();
        return request.Answer.Task;
    }

    /// <summary>
    /// A server without the session hears all granted filters again, before anything is published. Under the gate.
    /// </summary>
    public void Renew(Link link)
    {
        foreach (var chunk in _book.All())
        {
            Subscribe(link, chunk, isRenewal: true);
        }
    }

    /// <summary>SUBACK came.</summary>
    /// <returns>The filters that were granted before and are refused now.</returns>
    public IReadOnlyList<string> OnSubAck(Link link, SubAckPacket packet)
    {
        lock (state.Gate)
        {
            if (state.Link != link || !TryTake(packet.PacketIdentifier, out var request))
            {
                return [];
            }

            if (packet.ReturnCodes.Count != request.Subscriptions.Count)
            {
                var fault = new MqttProtocolException(
                    "MQTT-3.8.4-5",
                    MqttReasonCode.ProtocolError,
                    $"A SUBACK has {packet.ReturnCodes.Count} codes for {request.Subscriptions.Count} filters.");
                request.Answer.TrySetException(fault);
                throw fault;
            }

            _book.OnSubscribed(request.Subscriptions, packet.ReturnCodes);
            request.Answer.TrySetResult(packet.ReturnCodes);
            return !request.IsRenewal ? [] : [.. request.Subscriptions
                .Where((_, i) => packet.ReturnCodes[i] > (byte)MqttReasonCode.GrantedQos2)
                .Select(static subscription => subscription.Filter)];
        }
    }

    /// <summary>UNSUBACK came.</summary>
    public void OnUnsubAck(Link link, UnsubAckPacket packet)
    {
        lock (state.Gate)
        {
            if (state.Link == link && TryTake(packet.PacketIdentifier, out var request))
            {
                _book.OnUnsubscribed(request.Filters);
                request.Answer.TrySetResult([]);
            }
        }
    }

    /// <summary>Under the gate.</summary>
    public void FailAll(MqttException reason)
    {
        foreach (var (identifier, request) in _pending)
        {
            state.Identifiers.Return(identifier);
            request.Answer.TrySetException(reason);
            if (request.IsRenewal)
            {
                _ = request.Answer.Task.Exception; // Nobody awaits a renewal; its end is the link's, which is reported.
            }
        }

        _pending.Clear();
    }

    private Request Subscribe(Link link, IReadOnlyList<MqttSubscriptionRequest> subscriptions, bool isRenewal)
    {
        var request = Add(new Request(subscriptions, [], ++_turn) { IsRenewal = isRenewal }, out var identifier);
        PacketEncoder.WriteSubscribe(
            link.Gathering, link.Version, new SubscribePacket(identifier, subscriptions));
        return request;
    }

    private Request Add(Request request, out ushort identifier)
    {
        if (!state.Identifiers.TryRent(out identifier))
        {
            throw new InvalidOperationException("All Packet Identifiers are in use; wait for some answers.");
        }

        _pending.Add(identifier, request);
        return request;
    }

    private bool TryTake(ushort identifier, out Request request)
    {
        if (!_pending.Remove(identifier, out var found))
        {
            request = Request.None;
            return false; // A repeated answer is no fault.
        }

        state.Identifiers.Return(identifier);
        request = found;
        return true;
    }

    private sealed record Request(
        IReadOnlyList<MqttSubscriptionRequest> Subscriptions, IReadOnlyList<string> Filters, long Turn)
    {
        public static Request None { get; } = new([], [], 0);

        public bool IsRenewal { get; init; }

        public RequestAnswer Answer { get; } = new();
    }
}
