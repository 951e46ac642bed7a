using Meridian.Mqtt.Session;
using Meridian.Mqtt.Wire;

namespace Meridian.Mqtt.Connection;

/// <summary>
/// SUBSCRIBE and UNSUBSCRIBE on their way, by Packet Identifier, and the book of what is wanted. Everything under the
/// gate: who wants a Topic Filter is decided there and the packet that says so is written there, so that packets leave
/// in the order of the decisions, whichever calls cross.
/// </summary>
/// <remarks>Of several packets about one filter the last one decides what the book says, whatever the order of the
/// answers: <see cref="IsLastWord"/>.</remarks>
internal sealed partial class RequestTable(ClientState state)
{
    private readonly Dictionary<ushort, Request> _pending = [];
    private readonly Dictionary<string, Request> _latest = new(StringComparer.Ordinal);
    private readonly SubscriptionBook _book = new();
    private readonly HashSet<string> _toLeave = new(StringComparer.Ordinal);
    private readonly List<MqttSubscribeResult> _refusals = [];
    private long _turn;

    /// <summary>The oldest request without answer, 0 for none.</summary>
    public long OldestTurn => _pending.Count == 0 ? 0 : _pending.Values.Min(static request => request.Turn);

    /// <summary>Sends a SUBSCRIBE of the receiver; throws at once when nothing is sent.</summary>
    /// <param name="subscriptions">What it asks for.</param>
    /// <param name="identifier">The Subscription Identifier; zero for none.</param>
    /// <param name="listener">Hears the answer in place of the task.</param>
    public Task<IReadOnlyList<byte>> SubscribeAsync(
        IReadOnlyList<MqttSubscriptionRequest> subscriptions, uint identifier = 0, ICallListener? listener = null)
    {
        Link link;
        Request request;
        lock (state.Gate)
        {
            link = DemandLink(subscriptions, identifier != 0);
            foreach (var one in subscriptions)
            {
                if (state.Streams.Routes.HasStreams(one.Filter))
                {
                    throw new InvalidOperationException(
                        $"Topic Filter '{one.Filter}' has a stream (MqttSubscription), which gets its messages: the "
                        + "receiver would get none of them. Dispose of the stream before, or read it.");
                }
            }

            request = WriteSubscribe(link, new Request(subscriptions, [], ++_turn) { Identifier = identifier });
            request.Answer.Listener = listener;
        }

        link.Wake();
        return request.Answer.Task;
    }

    /// <summary>Adds a stream and sends its SUBSCRIBE; throws at once when nothing is sent.</summary>
    public Task<IReadOnlyList<byte>> SubscribeAsync(MqttSubscription stream, MqttSubscriptionRequest subscription)
    {
        Link link;
        Request request;
        lock (state.Gate)
        {
            link = DemandLink([subscription]);
            DemandNoReceiver(stream);
            var identifier = state.Streams.Routes.Add(stream); // Before: what is retained may come before SUBACK.
            request = WriteSubscribe(link, new Request([subscription], [], ++_turn)
            {
                Identifier = identifier,
                Stream = stream,
            });
        }

        link.Wake();
        return request.Answer.Task;
    }

    /// <summary>Adds a stream that is asked for now, or as soon as there is a connection.</summary>
    public void Declare(MqttSubscription stream, MqttSubscriptionRequest subscription)
    {
        lock (state.Gate)
        {
            DemandNoReceiver(stream);
            _book.Set(new WantedFilter(subscription, state.Streams.Routes.Add(stream), ++_turn));
            _toLeave.Remove(subscription.Filter);
            if (state.Link is { } link)
            {
                _renewals.Enqueue(subscription.Filter);
                Renew(link);
            }
        }
    }

    public Task<IReadOnlyList<byte>> UnsubscribeAsync(
        IReadOnlyList<string> filters, ICallListener? listener = null)
    {
        Link link;
        Request request;
        lock (state.Gate)
        {
            link = state.Link ?? throw state.WhyNoLink;
            request = WriteUnsubscribe(link, new Request([], filters, ++_turn)
            {
                // Those that are made from now on ask anew.
                StreamsToEnd = [.. filters.SelectMany(filter => state.Streams.Routes.All(filter))],
            });
            request.Answer.Listener = listener;
        }

        link.Wake();
        return request.Answer.Task;
    }

    /// <summary>
    /// A stream ends; when it is the last of its Topic Filter, UNSUBSCRIBE leaves now or on the next connection of this
    /// session.
    /// </summary>
    public Task LeaveAsync(MqttSubscription stream)
    {
        Link? link;
        Request request;
        lock (state.Gate)
        {
            if (!state.Streams.Routes.Remove(stream))
            {
                return Task.CompletedTask;
            }

            var filter = stream.Filter;
            _book.Remove(filter);
            link = state.Link;
            if (link is null || state.Identifiers.InUse == state.Identifiers.Max)
            {
                _toLeave.Add(filter);
                return Task.CompletedTask;
            }

            request = WriteUnsubscribe(link, new Request([], [filter], ++_turn) { IsLeaving = true });
        }

        link.Wake();
        return request.Answer.Task;
    }

    /// <summary>A stream ends with the client: a later connection does not ask for it.</summary>
    public void Forget(MqttSubscription stream)
    {
        lock (state.Gate)
        {
            if (state.Streams.Routes.Remove(stream))
            {
                _book.Remove(stream.Filter);
            }
        }
    }

    private Link DemandLink(IReadOnlyList<MqttSubscriptionRequest> subscriptions, bool hasIdentifier = false)
    {
        var link = state.Link ?? throw state.WhyNoLink;
        return link.Limits.FindRefusal(subscriptions, hasIdentifier) is { } refusal ? throw refusal : link;
    }

    private void DemandNoReceiver(MqttSubscription stream)
    {
        if (state.Streams.Routes.IsReceivers(stream.Filter))
        {
            throw new InvalidOperationException(
                $"The receiver has subscribed to Topic Filter '{stream.Filter}': a stream would take its messages. "
                + "Unsubscribe from it before, or leave it to the receiver.");
        }
    }

    private Request WriteSubscribe(Link link, Request request)
    {
        var packet = new SubscribePacket(Add(request), request.Subscriptions)
        {
            SubscriptionIdentifier = link.Result.IsSubscriptionIdentifierAvailable ? request.Identifier : 0,
        };
        foreach (var one in request.Subscriptions)
        {
            _toLeave.Remove(one.Filter);
            Decide(one.Filter, request);
        }

        PacketEncoder.WriteSubscribe(link.Gathering, link.Version, packet);
        return request;
    }

    private Request WriteUnsubscribe(Link link, Request request)
    {
        var packet = new UnsubscribePacket(Add(request), request.Filters);
        foreach (var filter in request.Filters)
        {
            Decide(filter, request);
        }

        PacketEncoder.WriteUnsubscribe(link.Gathering, link.Version, packet);
        return request;
    }

    private ushort Add(Request request)
    {
        if (!state.Identifiers.TryRent(out var identifier))
        {
            if (request.Stream is { } stream)
            {
                state.Streams.Routes.Remove(stream);
            }

            throw new InvalidOperationException("All Packet Identifiers are in use; wait for some answers.");
        }

        _pending.Add(identifier, request);
        return identifier;
    }

    /// <summary>A packet about a filter takes the place of earlier ones.</summary>
    private void Decide(string filter, Request request)
    {
        _latest[filter] = request;
        NoteReceivers(filter);
    }

    /// <summary>Whether nothing was decided about a filter since a request about it was sent.</summary>
    private bool IsLastWord(Request request, string filter) =>
        _latest.TryGetValue(filter, out var latest) && ReferenceEquals(latest, request)
        && (!_book.TryGet(filter, out var wanted) || wanted.Turn < request.Turn);

    /// <summary>A request has its answer, or none comes any more.</summary>
    private void EndDecisions(Request request)
    {
        foreach (var filter in request.Filters.Concat(request.Subscriptions.Select(static one => one.Filter)))
        {
            if (_latest.TryGetValue(filter, out var latest) && ReferenceEquals(latest, request))
            {
                _latest.Remove(filter);
            }

            NoteReceivers(filter);
        }
    }

    /// <summary>Whether a filter is the receiver's: by the last packet about it, else by the book.</summary>
    private void NoteReceivers(string filter) => state.Streams.Routes.SetReceivers(
        filter,
        _latest.GetValueOrDefault(filter) switch
        {
            null or { IsRenewal: true } => _book.TryGet(filter, out var wanted)
                && wanted is { Identifier: 0, Standing: not FilterStanding.Refused },
            var latest => latest is { Subscriptions.Count: > 0, Identifier: 0 },
        });

    private sealed record Request(
        IReadOnlyList<MqttSubscriptionRequest> Subscriptions, IReadOnlyList<string> Filters, long Turn)
    {
        public bool IsRenewal { get; init; }

        /// <summary>Nobody minds when it is not answered.</summary>
        public bool IsLeaving { get; init; }

        /// <summary>Of its streams; zero for the receiver's.</summary>
        public uint Identifier { get; init; }

        /// <summary>The stream whose making waits for it.</summary>
        public MqttSubscription? Stream { get; init; }

        /// <summary>Streams that end when the server has said that their subscription did.</summary>
        public IReadOnlyList<MqttSubscription> StreamsToEnd { get; init; } = [];

        public RequestAnswer Answer { get; } = new();
    }
}
