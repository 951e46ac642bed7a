using Meridian.Mqtt.Tests.Conformance;

namespace Meridian.Mqtt.Tests.Subscriptions;

public sealed class SharedFilterTests
{
    [Theory]
    [Spec("5.0", "MQTT-4.8.2-1", "MQTT-4.8.2-2")]
    [InlineData("$share/")]
    [InlineData("$share//a")]
    [InlineData("$share/g")]
    [InlineData("$share/g/")]
    [InlineData("$share/+/a")]
    [InlineData("$share/#")]
    [InlineData("$share/g+/a")]
    [InlineData("$share/g#/a")]
    [InlineData("$share/g/a#")]
    public async Task SharedFilter_OfAnotherForm_IsNeverAskedFor(string filter)
    {
        await using var client = new MqttClient(new MqttClientOptions { Server = MqttServer.Tcp("127.0.0.1", 1) });

        Assert.False(TopicFilter.IsValid(filter, out var problem));
        Assert.Contains(filter, problem, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentException>(() => client.SubscribeAsync(filter));
        await Assert.ThrowsAsync<ArgumentException>(() => client.SubscribeAsync([new(filter, MqttQos.AtMostOnce)]));
        await Assert.ThrowsAsync<ArgumentException>(() => client.UnsubscribeAsync([filter]));
        Assert.Throws<ArgumentException>(() => { _ = client.DeclareSubscription(filter); });
    }

    [Theory]
    [InlineData("$share/g/a")]
    [InlineData("$share/g//")]
    [InlineData("$share/$g/#")]
    [InlineData("$share/g/+/a")]
    [InlineData("$shared")]
    [InlineData("$share")]
    public void Filter_OfThatForm_OrThatOnlyLooksLikeIt_IsValid(string filter) =>
        Assert.True(TopicFilter.IsValid(filter, out _));

    [Fact]
    [Spec("5.0", "MQTT-3.8.3-4")]
    public async Task NoLocal_OnASharedSubscription_IsNeverAskedFor()
    {
        await using var client = new MqttClient(new MqttClientOptions
        {
            Server = MqttServer.Tcp("127.0.0.1", 1),
            Version = MqttProtocolVersion.V50,
        });
        var request = new MqttSubscriptionRequest("$share/g/a", MqttQos.AtMostOnce) { NoLocal = true };

        await Assert.ThrowsAsync<ArgumentException>(() => client.SubscribeAsync([request]));
        Assert.Throws<ArgumentException>(() => { _ = client.SubscribeAsync(request); });
        Assert.Throws<ArgumentException>(() => { _ = client.DeclareSubscription(request); });
        await using var allowed = client.DeclareSubscription(request with { Filter = "g/a" });
    }
}
