using System.Diagnostics.CodeAnalysis;
using Meridian.Mqtt.Subscriptions;

namespace Meridian.Mqtt.Tests.Subscriptions;

public sealed class SubscriptionRoutesTests : IAsyncDisposable
{
    private readonly MqttClient _client = new(new MqttClientOptions { Server = MqttServer.Tcp("127.0.0.1", 1) });
    private readonly SubscriptionRoutes _routes = new();
    private readonly List<MqttSubscription> _found = [];

    public ValueTask DisposeAsync() => _client.DisposeAsync();

    [Fact]
    public void Routes_WithoutStreams_AreEmptyAgain()
    {
        Assert.True(_routes.IsEmpty);
        var first = Add("a");
        var second = Add("a");

        Assert.False(_routes.Remove(first));
        Assert.False(_routes.IsEmpty);
        Assert.Same(second, Assert.Single(Find("a")));
        Assert.True(_routes.Remove(second));
        Assert.False(_routes.Remove(second));

        Assert.True(_routes.IsEmpty);
        Assert.False(_routes.HasStreams("a"));
        Assert.Empty(_routes.All("a"));
        Assert.Empty(_routes.All());
        Assert.Empty(Find("a"));
        Assert.Empty(Find("a", MqttSubscriptionIdentifier.Of("a")));
    }

    [Fact]
    public void Message_WithIdentifiers_IsEachStreamsOnce()
    {
        var one = Add("a");
        var other = Add("#");

        Assert.Equal(
            [one, other],
            Find(
                "a",
                MqttSubscriptionIdentifier.Of("a"),
                MqttSubscriptionIdentifier.Of("#"),
                MqttSubscriptionIdentifier.Of("a")));

        // Not what it selects: by filter.
        Assert.Same(other, Assert.Single(Find("b", MqttSubscriptionIdentifier.Of("a"))));
        Assert.Equal([one, other], Find("a").OrderBy(static stream => stream.Filter is "#")); // As before.
    }

    [Fact]
    public void Message_OnAConnectionWithoutIdentifiers_GoesByFilterBesideTheReceiver()
    {
        var stream = Add("+");
        _routes.SetReceivers("a", isReceivers: true);

        Assert.Empty(Find("a"));
        Assert.Same(stream, Assert.Single(Find("b")));
        Assert.Same(stream, Assert.Single(Find("a", hasReceiver: false)));
        Assert.Same(stream, Assert.Single(Find("a", hasIdentifiers: false)));
        Assert.Same(stream, Assert.Single(Find("a", hasIdentifiers: false, identifiers: 9)));
    }

    [Fact]
    public void ReceiversFilters_AreThoseOfNow()
    {
        Add("#");
        _routes.SetReceivers("$share/g/a", isReceivers: true);
        Assert.Empty(Find("a"));
        _routes.SetReceivers("b", isReceivers: true);
        _routes.SetReceivers("b", isReceivers: true);
        Assert.Empty(Find("b"));
        Assert.Single(Find("c"));
        _routes.SetReceivers("b", isReceivers: false);
        _routes.SetReceivers("$share/g/a", isReceivers: false);
        _routes.SetReceivers("never", isReceivers: false);

        Assert.Single(Find("a"));
        Assert.Single(Find("b"));
        Assert.False(_routes.IsReceivers("b"));
        _routes.SetReceivers("b", isReceivers: true);
        Assert.True(_routes.IsReceivers("b"));
        Assert.Empty(Find("b"));
    }

    [SuppressMessage("Style", "VSTHRD200:Use Async suffix", Justification = "Nothing is awaited.")]
    private MqttSubscription Add(string filter)
    {
        var stream = _client.DeclareSubscription(filter);
        _routes.Add(stream);
        return stream;
    }

    private List<MqttSubscription> Find(string topic, params uint[] identifiers) =>
        Find(topic, hasIdentifiers: true, hasReceiver: true, identifiers);

    private List<MqttSubscription> Find(
        string topic, bool hasIdentifiers = true, bool hasReceiver = true, params uint[] identifiers)
    {
        _found.Clear();
        _routes.Find(
            new()
            {
                Topic = topic,
                Payload = default,
                SubscriptionIdentifier = identifiers.FirstOrDefault(),
                MoreSubscriptionIdentifiers = identifiers.Length > 1 ? identifiers[1..] : null,
            },
            hasIdentifiers,
            hasReceiver,
            _found);
        return [.. _found];
    }
}
