using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Meridian.Connectors.Mqtt.North;
using Meridian.Connectors.Mqtt.South;
using Meridian.Mqtt;
using Meridian.Mqtt.Testing;
using Meridian.Sdk;
using Meridian.Sdk.South;
using Meridian.Testing.Contract;
using Meridian.Testing.Peers;

namespace Meridian.Connectors.Mqtt.Tests.Contract;

/// <summary>The MQTT South and North keep the contract of the Sdk, on a broker in this process.</summary>
public sealed class ContractTests
{
    public static TheoryData<string> SouthChecks => [.. South().Checks.Select(static check => check.Name)];

    public static TheoryData<string> NorthChecks => [.. North().Checks.Select(static check => check.Name)];

    [Theory]
    [MemberData(nameof(SouthChecks))]
    public Task South_OnTheTestBroker_Keeps(string check) => South().RunAsync(check);

    [Theory]
    [MemberData(nameof(NorthChecks))]
    public Task North_OnTheTestBroker_Keeps(string check) => North().RunAsync(check);

    private static ConnectorContract South() => ConnectorContract.Of(
        MqttConnectors.Manifests.OfType<SouthManifest>().Single(), static async () => await SourcePeer.NewAsync());

    private static ConnectorContract North() => ConnectorContract.Of(
        MqttConnectors.Manifests.OfType<NorthManifest>().Single(),
        static async () => await DestinationPeer.NewAsync());

    private sealed class SourcePeer(MqttTestBroker broker) : ISouthPeer
    {
        public TcpRelay Relay { get; } = TcpRelay.Start(broker.Host, broker.Port);

        public object Settings => new MqttSouthSettings
        {
            Host = "127.0.0.1",
            Port = Relay.Port,
            MaxReconnectDelay = TimeSpan.FromSeconds(1),
            ConnectTimeout = TimeSpan.FromSeconds(3),
            KeepAlive = TimeSpan.FromSeconds(3),
        };

        public static async Task<ISouthPeer> NewAsync() => new SourcePeer(await MqttTestBroker.StartAsync());

        public IReadOnlyList<Item> ItemsOf(SouthCapabilities capability) =>
            [ItemOf("line1/a", capability), ItemOf("line1/b", capability)];

        public ValueTask YieldAsync(Item item, long value)
        {
            var payload = Encoding.UTF8.GetBytes(value.ToString(CultureInfo.InvariantCulture));
            broker.Publish(((MqttItemSettings)item.Settings).Topic, payload, MqttQos.AtLeastOnce);
            return ValueTask.CompletedTask;
        }

        public async ValueTask DisposeAsync()
        {
            await Relay.DisposeAsync();
            await broker.DisposeAsync();
        }

        private static Item ItemOf(string topic, SouthCapabilities capability) => new(
            topic,
            new MqttItemSettings
            {
                Topic = topic,
                WriteTopic = capability == SouthCapabilities.Setpoints ? topic + "/set" : null,
            });
    }

    private sealed class DestinationPeer(MqttTestBroker broker) : INorthPeer
    {
        public TcpRelay Relay { get; } = TcpRelay.Start(broker.Host, broker.Port);

        public object Settings => new MqttNorthSettings
        {
            Host = "127.0.0.1",
            Port = Relay.Port,
            Format = MqttNorthFormat.Value,
            MaxReconnectDelay = TimeSpan.FromSeconds(1),
            ConnectTimeout = TimeSpan.FromSeconds(3),
            KeepAlive = TimeSpan.FromSeconds(3),
        };

        public static async Task<INorthPeer> NewAsync() => new DestinationPeer(await MqttTestBroker.StartAsync());

        public ValueTask<IReadOnlyList<long>?> ReadReceivedAsync() => ValueTask.FromResult<IReadOnlyList<long>?>(
            [.. broker.Received.Select(static message =>
                Utf8Parser.TryParse(message.Payload.Span, out long value, out _) ? value : long.MinValue)]);

        public async ValueTask DisposeAsync()
        {
            await Relay.DisposeAsync();
            await broker.DisposeAsync();
        }
    }
}
