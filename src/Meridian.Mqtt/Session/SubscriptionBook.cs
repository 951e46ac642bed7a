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

    private readonly OrderedDictionary<string, MqttQos> _filters = new(StringComparer.Ordinal);

    public void OnSubscribed(IReadOnlyList<MqttSubscriptionRequest> asked, IReadOnlyList<byte> codes)
    {
        for (var i = 0; i < asked.Count; i++)
        {
            if (codes[i] <= (byte)MqttReasonCode.GrantedQos2)
            {
                _filters[asked[i].Filter] = asked[i].Qos;
            }
        }
    }

    public void OnUnsubscribed(IReadOnlyList<string> filters)
    {
        foreach (var filter in filters)
        {
            _filters.Remove(filter);
        }
    }

    public IEnumerable<MqttSubscriptionRequest[]> All() =>
        _filters.Select(static pair => new MqttSubscriptionRequest(pair.Key, pair.Value)).Chunk(FiltersPerPacket);
}
