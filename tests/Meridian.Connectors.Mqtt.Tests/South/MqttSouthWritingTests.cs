using System.Text;
using Meridian.Connectors.Mqtt.South;
using Meridian.Mqtt.Testing;
using Meridian.Sdk.Faults;
using Meridian.Sdk.Readings;
using Meridian.Sdk.South;

namespace Meridian.Connectors.Mqtt.Tests.South;

/// <summary>Setpoints that are published to a broker in this process.</summary>
public sealed class MqttSouthWritingTests : IAsyncLifetime
{
    private readonly TestContext _context = new();
    private MqttTestBroker _broker = null!; // InitializeAsync sets it before any test.
    private MqttSouth _south = null!; // as the broker

    public async Task InitializeAsync()
    {
        _broker = await MqttTestBroker.StartAsync();
        _south = new MqttSouth(_context, new MqttSouthSettings { Host = _broker.Host, Port = _broker.Port });
        await _south.ConnectAsync(CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        await _south.DisconnectAsync(CancellationToken.None);
        await _south.StopAsync(CancellationToken.None);
        await _broker.DisposeAsync();
    }

    [Fact]
    public async Task Setpoint_IsPublishedToItsTopicAsItsBareValue()
    {
        var outcome = await WriteAsync("press/speed/set", ReadingValue.From(12.5));

        Assert.Equal(SetpointOutcome.Written, outcome);
        var message = Assert.Single(_broker.Received);
        Assert.Equal(
            ("press/speed/set", "12.5", false),
            (message.Topic, Encoding.UTF8.GetString(message.Payload.Span), message.IsRetained));
    }

    [Fact]
    public async Task Setpoint_ThatTheBrokerDoesNotAcknowledge_IsNotWrittenAndNotSentAgain()
    {
        _broker.Faults.DropSent(MqttPacketType.PubAck);
        var writing = WriteAsync("press/speed/set", ReadingValue.From(1L));
        await _broker.WaitForAsync(() => _broker.MessageCount == 1);

        _broker.Faults.CutConnections();
        var error = await Assert.ThrowsAsync<ConnectorException>(() => writing);
        await _context.UntilAsync(() => _context.ConnectedCount == 2);
        var next = await WriteAsync("press/speed/set", ReadingValue.From(2L));

        Assert.Contains("is unknown", error.Message, StringComparison.Ordinal);
        Assert.Equal(SetpointOutcome.Written, next);
        Assert.Equal(
            ["1", "2"],
            _broker.Received.Select(static one => Encoding.UTF8.GetString(one.Payload.Span)),
            StringComparer.Ordinal);
    }

    [Fact]
    public async Task Setpoint_OfAnItemWithoutAWriteTopic_IsRefusedInWords()
    {
        var outcome = await WriteAsync(null, ReadingValue.From(1L));

        Assert.Equal("Item 'speed' has no 'writeTopic' to publish the value to.", outcome.Reason);
        Assert.Empty(_broker.Received);
    }

    private Task<SetpointOutcome> WriteAsync(string? topic, ReadingValue value) => _south.WriteSetpointAsync(
        new Item("speed", new MqttItemSettings { Topic = "press/speed", WriteTopic = topic }),
        value,
        CancellationToken.None);
}
