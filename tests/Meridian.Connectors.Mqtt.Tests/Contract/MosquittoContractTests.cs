using System.Collections.Concurrent;
using System.Globalization;
using Meridian.Connectors.Mqtt.North;
using Meridian.Connectors.Mqtt.South;
using Meridian.Fixtures;
using Meridian.Sdk;
using Meridian.Sdk.South;
using Meridian.Testing.Contract;
using Meridian.Testing.Peers;

namespace Meridian.Connectors.Mqtt.Tests.Contract;

/// <summary>The MQTT South and North keep the contract of the Sdk, on mosquitto and with its clients.</summary>
public sealed class MosquittoContractTests
{
    // Each costs some client processes; the test broker is asked at all of them.
    private static readonly ContractOptions Options = new() { CancelPoints = TestMode.Pick(full: 8, brief: 3) };

    public static TheoryData<string> SouthChecks => [.. South().Checks.Select(static check => check.Name)];

    public static TheoryData<string> NorthChecks => [.. North().Checks.Select(static check => check.Name)];

    [Theory]
    [MemberData(nameof(SouthChecks))]
    public Task South_OnMosquitto_Keeps(string check) => South().RunAsync(check);

    [Theory]
    [MemberData(nameof(NorthChecks))]
    public Task North_OnMosquitto_Keeps(string check) => North().RunAsync(check);

    private static ConnectorContract South() => ConnectorContract.Of(
        MqttConnectors.Manifests.OfType<SouthManifest>().Single(),
        static async () => new SourcePeer(await MosquittoServer.StartAsync()),
        Options);

    private static ConnectorContract North() => ConnectorContract.Of(
        MqttConnectors.Manifests.OfType<NorthManifest>().Single(), DestinationPeer.StartAsync, Options);

    private sealed class SourcePeer(MosquittoServer mosquitto) : ISouthPeer
    {
        public TcpRelay Relay { get; } = TcpRelay.Start("127.0.0.1", mosquitto.Port);

        public object Settings => new MqttSouthSettings
        {
            Host = "127.0.0.1",
            Port = Relay.Port,
            MaxReconnectDelay = TimeSpan.FromSeconds(1),
            ConnectTimeout = TimeSpan.FromSeconds(3),
            KeepAlive = TimeSpan.FromSeconds(3),
        };

        public IReadOnlyList<Item> ItemsOf(SouthCapabilities capability) =>
            [ItemOf("line1/a", capability), ItemOf("line1/b", capability)];

        public async ValueTask YieldAsync(Item item, long value) => await MosquittoClients.PublishAsync(
            mosquitto.Port,
            ((MqttItemSettings)item.Settings).Topic,
            [value.ToString(CultureInfo.InvariantCulture)]);

        public async ValueTask DisposeAsync()
        {
            await Relay.DisposeAsync();
            await mosquitto.DisposeAsync();
        }

        private static Item ItemOf(string topic, SouthCapabilities capability) => new(
            topic,
            new MqttItemSettings
            {
                Topic = topic,
                WriteTopic = capability == SouthCapabilities.Setpoints ? topic + "/set" : null,
            });
    }

    private sealed class DestinationPeer : INorthPeer
    {
        private readonly MosquittoServer _mosquitto;
        private readonly ChildProcess _subscriber;
        private readonly ConcurrentQueue<long> _received = [];

        private DestinationPeer(MosquittoServer mosquitto)
        {
            _mosquitto = mosquitto;
            Relay = TcpRelay.Start("127.0.0.1", mosquitto.Port);
            _subscriber = MosquittoClients.Subscribe(
                mosquitto.Port, "#", "destination", onLine: line => _received.Enqueue(Parse(line)));
        }

        public TcpRelay Relay { get; }

        public object Settings => new MqttNorthSettings
        {
            Host = "127.0.0.1",
            Port = Relay.Port,
            Format = MqttNorthFormat.Value,
            MaxReconnectDelay = TimeSpan.FromSeconds(1),
            ConnectTimeout = TimeSpan.FromSeconds(3),
            KeepAlive = TimeSpan.FromSeconds(3),
        };

        public static async Task<INorthPeer> StartAsync()
        {
            var peer = new DestinationPeer(await MosquittoServer.StartAsync());
            await peer._mosquitto.WaitUntilSubscribedAsync("destination", "#");
            return peer;
        }

        /// <summary>
        /// What the broker has passed on before a message of our own, so everything that it had acknowledged.
        /// </summary>
        public async ValueTask<IReadOnlyList<long>?> ReadReceivedAsync()
        {
            var mark = -1 - _received.Count;
            await MosquittoClients.PublishAsync(
                _mosquitto.Port, "mark", [mark.ToString(CultureInfo.InvariantCulture)]);
            await Deadline.UntilAsync(() => _received.Contains(mark), "the mark behind what was published");
            return [.. _received.Where(static value => value >= 0)];
        }

        public async ValueTask DisposeAsync()
        {
            await Relay.DisposeAsync();
            await _subscriber.DisposeAsync();
            await _mosquitto.DisposeAsync();
        }

        private static long Parse(string line) =>
            long.TryParse(line, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
                ? value
                : long.MaxValue;
    }
}
