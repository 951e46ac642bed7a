using System.Diagnostics.CodeAnalysis;

namespace Meridian.Mqtt.Session;

/// <summary>
/// The Topic Filters that are wanted, and what the living session's server knows of each, so that it is asked for
/// what it does not know. In the order made.
/// </summary>
/// <remarks>Pure.
/// <code>
///  declared ──► Wanted ──SUBSCRIBE──► Asked ──SUBACK──► Granted ◄── SUBACK of a call that waited for it
///                 ▲                     │ └─refused──► Refused      (a stream's filter leaves the book)
///                 ├──── new connection ─┘                │
///                 └──── session lost ◄── Granted ◄───────┘
/// </code></remarks>
internal sealed class SubscriptionBook
{
    /// <summary>
    /// How many filters go into one SUBSCRIBE when many are asked for; brokers limit the size of what they parse.
    /// </summary>
    public const int FiltersPerPacket = 100;

    private readonly OrderedDictionary<string, WantedFilter> _filters = new(StringComparer.Ordinal);

    /// <summary>Notes what is wanted last of a filter.</summary>
    public void Set(WantedFilter wanted) => _filters[wanted.Request.Filter] = wanted;

    public bool TryGet(string filter, [NotNullWhen(true)] out WantedFilter? wanted) =>
        _filters.TryGetValue(filter, out wanted);

    public void Remove(string filter) => _filters.Remove(filter);

    /// <summary>A connection begins.</summary>
    public void OnConnected(bool isSessionPresent)
    {
        foreach (var wanted in _filters.Values)
        {
            if (!isSessionPresent || wanted.Standing == FilterStanding.Asked)
            {
                wanted.Standing = FilterStanding.Wanted; // An unanswered SUBSCRIBE may never have arrived.
            }
        }
    }

    /// <summary>What the server must hear of: first those without a Subscription Identifier, which go together.
    /// </summary>
    /// <param name="hasIdentifiers">Whether this connection's server has identifiers.</param>
    public IEnumerable<string> ToAsk(bool hasIdentifiers) => _filters.Values
        .Where(wanted => wanted.MustBeAsked(hasIdentifiers))
        .OrderBy(static wanted => wanted.Identifier != 0)
        .Select(static wanted => wanted.Request.Filter);
}

/// <summary>One Topic Filter of <see cref="SubscriptionBook"/>.</summary>
/// <param name="request">What was asked for last.</param>
/// <param name="identifier">The Subscription Identifier of its streams; zero when it is the receiver's.</param>
/// <param name="turn">When that was decided, in the count of requests.</param>
internal sealed class WantedFilter(MqttSubscriptionRequest request, uint identifier, long turn)
{
    public MqttSubscriptionRequest Request { get; } = request;

    public uint Identifier { get; } = identifier;

    public long Turn { get; } = turn;

    public FilterStanding Standing { get; set; }

    /// <summary>False where it was granted by a server, or under a version, without Subscription Identifiers.</summary>
    public bool HasIdentifierAtServer { get; set; }

    /// <summary>What to ask for now. A subscription that the session has is only to get its identifier: what is
    /// retained was sent when it was made.</summary>
    public MqttSubscriptionRequest RequestNow => Standing == FilterStanding.Granted
        ? Request with { RetainHandling = MqttRetainHandling.DoNotSend }
        : Request;

    public bool MustBeAsked(bool hasIdentifiers) => Standing == FilterStanding.Wanted
        || (Standing == FilterStanding.Granted && Identifier != 0 && hasIdentifiers && !HasIdentifierAtServer);
}

/// <summary>What a server knows of a Topic Filter.</summary>
internal enum FilterStanding
{
    Wanted,
    Asked,
    Granted,
    Refused,
}
