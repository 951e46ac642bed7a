using Meridian.Mqtt.Session;
using Meridian.Mqtt.Wire;

namespace Meridian.Mqtt.Connection;

/// <summary>
/// SUBSCRIBE and UNSUBSCRIBE on their way, by Packet Identifier, and the book of what was granted. Everything under the
/// gate.
/// </summary>
internal sealed class RequestTable(ClientState state)
{
    // Each takes a Packet Identifier; publications need some too.
    private const int MaxRenewalsOnTheWay = 64;

    private readonly Dictionary<ushort, Request> _pending = [];
    private readonly SubscriptionBook _book = new();
    private readonly Queue<(MqttSubscriptionRequest[] Requests, uint Identifier)> _renewals = new();
    private readonly HashSet<string> _toLeave = new(StringComparer.Ordinal);
    private int _renewalsOnTheWay;
    private long _turn;

    /// <summary>The oldest request without answer, 0 for none.</summary>
    public long OldestTurn => _pending.Count == 0 ? 0 : _pending.Values.Min(static request => request.Turn);

    /// <summary>Sends a SUBSCRIBE; throws at once when nothing is sent.</summary>
    /// <param name="subscriptions">What it asks for.</param>
    /// <param name="identifier">Its Subscription Identifier, where the server has those; zero for none.</param>
    /// <param name="listener">Hears the answer in place of the task.</param>
    public Task<IReadOnlyList<byte>> SubscribeAsync(
        IReadOnlyList<MqttSubscriptionRequest> subscriptions, uint identifier = 0, ICallListener? listener = null)
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

            request = WriteSubscribe(link, subscriptions, identifier, isRenewal: false);
            request.Answer.Listener = listener;
        }

        link.Wake();
        return request.Answer.Task;
    }

    public Task<IReadOnlyList<byte>> UnsubscribeAsync(
        IReadOnlyList<string> filters, ICallListener? listener = null)
    {
        Link link;
        Request request;
        lock (state.Gate)
        {
            link = state.Link ?? throw state.WhyNoLink;
            request = WriteUnsubscribe(link, filters, isLeaving: false);
            request.Answer.Listener = listener;
        }

        link.Wake();
        return request.Answer.Task;
    }

    /// <summary>
    /// Ends a subscription that nobody wants any more, now or on the next connection of this session.
    /// </summary>
    public Task LeaveAsync(string filter)
    {
        Link? link;
        Request request;
        lock (state.Gate)
        {
            Remove(filter);
            link = state.Link;
            if (link is null || state.Identifiers.InUse == state.Identifiers.Max)
            {
                _toLeave.Add(filter);
                return Task.CompletedTask;
            }

            request = WriteUnsubscribe(link, [filter], isLeaving: true);
        }

        link.Wake();
        return request.Answer.Task;
    }

    /// <summary>As <see cref="LeaveAsync"/>, for a connection that is ending.</summary>
    public void LeaveLater(string filter)
    {
        lock (state.Gate)
        {
            Remove(filter);
            _toLeave.Add(filter);
        }
    }

    /// <summary>A later connection without the session does not ask for the filter again.</summary>
    public void Forget(string filter)
    {
        lock (state.Gate)
        {
            Remove(filter);
        }
    }

    /// <summary>
    /// A server without the session hears all granted filters again, before anything is published; one that has it
    /// hears which are left meanwhile. Under the gate.
    /// </summary>
    public void OnConnected(Link link, bool isSessionPresent)
    {
        if (isSessionPresent)
        {
            foreach (var chunk in _toLeave.Chunk(SubscriptionBook.FiltersPerPacket))
            {
                WriteUnsubscribe(link, chunk, isLeaving: true);
            }
        }
        else
        {
            _renewals.Clear();
            foreach (var packet in _book.All(link.Result.IsSubscriptionIdentifierAvailable))
            {
                _renewals.Enqueue(packet);
            }
        }

        _toLeave.Clear();
        Renew(link); // Also what an earlier connection of this session did not live to ask for.
    }

    /// <summary>SUBACK came.</summary>
    /// <returns>The filters that were granted before and are refused now.</returns>
    public IReadOnlyList<MqttSubscribeResult> OnSubAck(Link link, SubAckPacket packet)
    {
        lock (state.Gate)
        {
            if (state.Link != link || !TryTake(packet.PacketIdentifier, isSubscribe: true, out var request))
            {
                return [];
            }

            var codes = packet.ReturnCodes;
            DemandCodes(request, codes, request.Subscriptions.Count, "MQTT-3.8.4-6");
            _book.OnSubscribed(request.Subscriptions, request.Identifier, codes);
            request.Answer.TrySetResult(codes);
            if (!request.IsRenewal)
            {
                return [];
            }

            _renewalsOnTheWay--;
            Renew(link);
            return [.. request.Subscriptions
                .Select((one, i) => new MqttSubscribeResult(one.Filter, (MqttReasonCode)codes[i]))
                .Where(static result => !result.IsGranted)];
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
                if (codes.Count == 0 || codes[i] < (byte)MqttReasonCode.UnspecifiedError)
                {
                    _book.Remove(request.Filters[i]);
                }
            }

            request.Answer.TrySetResult(codes);
        }
    }

    /// <summary>Under the gate.</summary>
    public void FailAll(MqttException reason)
    {
        foreach (var (identifier, request) in _pending)
        {
            state.Identifiers.Return(identifier);
            if (request.IsLeaving)
            {
                _toLeave.UnionWith(request.Filters);
                request.Answer.TrySetResult([]); // It ends with the session, or is said again on the next connection.
                continue;
            }

            if (request.IsRenewal)
            {
                // The server may not have heard of it, and may know the session that an earlier part of it has made.
                _renewals.Enqueue(([.. request.Subscriptions], request.Identifier));
                continue;
            }

            request.Answer.TrySetException(reason.Copy());
        }

        _pending.Clear();
        _renewalsOnTheWay = 0;
    }

    /// <summary>What is left is not asked for again. Under the gate.</summary>
    private void Remove(string filter)
    {
        _book.Remove(filter);
        for (var left = _renewals.Count; left > 0; left--)
        {
            var (requests, identifier) = _renewals.Dequeue();
            MqttSubscriptionRequest[] kept = [.. requests.Where(
                one => !string.Equals(one.Filter, filter, StringComparison.Ordinal))];
            if (kept.Length > 0)
            {
                _renewals.Enqueue((kept, identifier));
            }
        }
    }

    private void Renew(Link link)
    {
        while (_renewalsOnTheWay < MaxRenewalsOnTheWay && _renewals.TryDequeue(out var packet))
        {
            _renewalsOnTheWay++;
            WriteSubscribe(link, packet.Requests, packet.Identifier, isRenewal: true);
        }

        link.Wake();
    }

    private Request WriteSubscribe(
        Link link, IReadOnlyList<MqttSubscriptionRequest> subscriptions, uint identifier, bool isRenewal)
    {
        var request = new Request(subscriptions, [], ++_turn) { IsRenewal = isRenewal, Identifier = identifier };
        _toLeave.ExceptWith(subscriptions.Select(static one => one.Filter));
        PacketEncoder.WriteSubscribe(link.Gathering, link.Version, new SubscribePacket(Add(request), subscriptions)
        {
            SubscriptionIdentifier = link.Result.IsSubscriptionIdentifierAvailable ? identifier : 0,
        });
        return request;
    }

    private Request WriteUnsubscribe(Link link, IReadOnlyList<string> filters, bool isLeaving)
    {
        var request = new Request([], filters, ++_turn) { IsLeaving = isLeaving };
        PacketEncoder.WriteUnsubscribe(link.Gathering, link.Version, new UnsubscribePacket(Add(request), filters));
        return request;
    }

    private ushort Add(Request request)
    {
        if (!state.Identifiers.TryRent(out var identifier))
        {
            throw new InvalidOperationException("All Packet Identifiers are in use; wait for some answers.");
        }

        _pending.Add(identifier, request);
        return identifier;
    }

    private bool TryTake(ushort identifier, bool isSubscribe, out Request request)
    {
        if (!_pending.TryGetValue(identifier, out var found))
        {
            request = Request.None;
            return false; // A repeated answer is no fault.
        }

        request = found;
        if (isSubscribe != found.Filters is [])
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

    private static void DemandCodes(Request request, IReadOnlyList<byte> codes, int count, string statement)
    {
        if (codes.Count != count)
        {
            var fault = new MqttProtocolException(
                statement,
                MqttReasonCode.ProtocolError,
                $"The answer has {codes.Count} codes for {count} Topic Filters.");
            if (!request.IsLeaving || !request.Answer.TrySetResult([]))
            {
                request.Answer.TrySetException(fault);
            }

            throw fault;
        }
    }

    private sealed record Request(
        IReadOnlyList<MqttSubscriptionRequest> Subscriptions, IReadOnlyList<string> Filters, long Turn)
    {
        public static Request None { get; } = new([], [], 0);

        public bool IsRenewal { get; init; }

        /// <summary>Nobody minds when it is not answered.</summary>
        public bool IsLeaving { get; init; }

        public uint Identifier { get; init; }

        public RequestAnswer Answer { get; } = new();
    }
}
