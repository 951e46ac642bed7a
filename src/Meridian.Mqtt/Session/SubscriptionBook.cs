namespace Meridian.Mqtt.Session;

/// <summary>
/// The Topic Filters that the server granted, so that they can be asked for again when it has lost the session. In the
/// order made.
/// </summary>
internal sealed class SubscriptionBook
{
    /// <summary>
    /// How many filters go into one SUBSCRIBE when all are renewed; brokers limit the size of what they parse.
    /// </summary>
    public const int FiltersPerPacket = 100;

    private readonly OrderedDictionary<string, Granted> _filters = new(StringComparer.Ordinal);

    public void OnSubscribed(
        IReadOnlyList<MqttSubscriptionRequest> asked, uint identifier, IReadOnlyList<byte> codes)
    {
        for (var i = 0; i < asked.Count; i++)
        {
            if (codes[i] <= (byte)MqttReasonCode.GrantedQos2)
            {
                _filters[asked[i].Filter] = new Granted(asked[i], identifier);
            }
        }
    }

    public void Remove(string filter) => _filters.Remove(filter);

    /// <summary>All, packet by packet: those with a Subscription Identifier each in its own.</summary>
    /// <param name="hasIdentifiers">Whether the server has identifiers.</param>
    public IEnumerable<(MqttSubscriptionRequest[] Requests, uint Identifier)> All(bool hasIdentifiers)
    {
        var together = _filters.Values
            .Where(granted => !hasIdentifiers || granted.Identifier == 0)
            .Select(static granted => granted.Request)
            .Chunk(FiltersPerPacket)
            .Select(static requests => (requests, 0u));
        return !hasIdentifiers ? together : together.Concat(_filters.Values
            .Where(static granted => granted.Identifier != 0)
            .Select(static granted => (new[] { granted.Request }, granted.Identifier)));
    }

    private sealed record Granted(MqttSubscriptionRequest Request, uint Identifier);
}
