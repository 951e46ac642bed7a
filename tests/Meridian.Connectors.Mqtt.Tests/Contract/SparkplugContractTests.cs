using Meridian.Connectors.Mqtt.North;
using Meridian.Connectors.Mqtt.North.Sparkplug;
using Meridian.Connectors.Mqtt.South;
using Meridian.Connectors.Mqtt.South.Sparkplug;
using Meridian.Formats.Sparkplug;
using Meridian.Mqtt;
using Meridian.Mqtt.Testing;
using Meridian.Sdk;
using Meridian.Sdk.South;
using Meridian.Testing.Contract;
using Meridian.Testing.Peers;

namespace Meridian.Connectors.Mqtt.Tests.Contract;

/// <summary>
/// With the format sparkplugB South and North keep the contract, too: the South as a host with an id, the North as an
/// edge node with a primary host.
/// </summary>
public sealed class SparkplugContractTests
{
    private const string HostId = "scada";

    public static TheoryData<string> SouthChecks => [.. South().Checks.Select(static check => check.Name)];

    public static TheoryData<string> NorthChecks => [.. North().Checks.Select(static check => check.Name)];

    [Theory]
    [MemberData(nameof(SouthChecks))]
    public Task South_WithSparkplug_Keeps(string check) => South().RunAsync(check);

    [Theory]
    [MemberData(nameof(NorthChecks))]
    public Task North_WithSparkplug_Keeps(string check) => North().RunAsync(check);

    private static ConnectorContract South() => ConnectorContract.Of(
        MqttConnectors.Manifests.OfType<SouthManifest>().Single(),
        static async () => new SourcePeer(await MqttTestBroker.StartAsync()));

    private static ConnectorContract North() => ConnectorContract.Of(
        MqttConnectors.Manifests.OfType<NorthManifest>().Single(),
        static async () => new DestinationPeer(await MqttTestBroker.StartAsync()));

    /// <summary>An edge node per item, which is born with each value, so that nobody has to be asked for births.
    /// </summary>
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
            Sparkplug = new MqttSparkplugSettings { HostId = HostId },
        };

        public IReadOnlyList<Item> ItemsOf(SouthCapabilities capability) =>
            [ItemOf("a", capability), ItemOf("b", capability)];

        public ValueTask YieldAsync(Item item, long value)
        {
            var now = (ulong)TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
            var birth = new SparkplugPayload
            {
                TimestampMilliseconds = now,
                Sequence = 0,
                Metrics =
                [
                    new SparkplugMetric
                    {
                        Name = "m",
                        DataType = SparkplugDataType.Int64,
                        TimestampMilliseconds = now,
                        Value = SparkplugValue.FromLong((ulong)value),
                    },
                ],
            };
            broker.Publish($"spBv1.0/{item.Name}/NBIRTH/n", SparkplugCodec.Encode(birth), MqttQos.AtLeastOnce);
            return ValueTask.CompletedTask;
        }

        public async ValueTask DisposeAsync()
        {
            await Relay.DisposeAsync();
            await broker.DisposeAsync();
        }

        private static Item ItemOf(string group, SouthCapabilities capability) => new(
            group,
            new MqttItemSettings
            {
                Topic = $"spBv1.0/{group}/#",
                Payload = new MqttPayloadSettings { Format = MqttPayloadFormat.SparkplugB },
                WriteTopic = capability == SouthCapabilities.Setpoints ? group + "/set" : null,
            });
    }

    /// <summary>A host that is online and reads births and data with the host side of the South.</summary>
    private sealed class DestinationPeer : INorthPeer
    {
        private readonly MqttTestBroker _broker;

        public DestinationPeer(MqttTestBroker broker)
        {
            _broker = broker;
            Relay = TcpRelay.Start(broker.Host, broker.Port);
            broker.Publish(
                $"spBv1.0/STATE/{HostId}", new SparkplugState(true, 1).Encode(), MqttQos.AtLeastOnce, isRetained: true);
        }

        public TcpRelay Relay { get; }

        public object Settings => new MqttNorthSettings
        {
            Host = "127.0.0.1",
            Port = Relay.Port,
            Format = MqttNorthFormat.SparkplugB,
            ConnectTimeout = TimeSpan.FromSeconds(3),
            KeepAlive = TimeSpan.FromSeconds(3),
            Sparkplug = new SparkplugNorthSettings { Group = "g", Node = "n", PrimaryHost = HostId },
        };

        public ValueTask<IReadOnlyList<long>?> ReadReceivedAsync()
        {
            _ = SparkplugNames.TryCompile("i", SparkplugNames.Default, out var names, out _);
            var host = new SparkplugHost("s", null, new HostLimits(), static _ => null);
            var numbers = new List<long>();
            foreach (var message in _broker.Received.Where(static one => one.ClientId.Length > 0))
            {
                if (SparkplugTopic.TryParse(message.Topic, out var topic)
                    && SparkplugCodec.TryDecode(message.Payload, out var payload, out _))
                {
                    var output = new HostOutput();
                    _ = host.Take(
                        new HostMessage(
                            topic, payload, names!, message.IsDuplicate, message.ReceivedAt, TimeSpan.Zero), // Default.
                        output);
                    foreach (var reading in output.Readings.Where(static one => one.Quality == default))
                    {
                        numbers.Add(reading.Value.AsInt64());
                    }
                }
            }

            return ValueTask.FromResult<IReadOnlyList<long>?>([.. numbers]);
        }

        public async ValueTask DisposeAsync()
        {
            await Relay.DisposeAsync();
            await _broker.DisposeAsync();
        }
    }
}
