using System.Collections.Concurrent;
using Meridian.Configuration;
using Meridian.Configuration.Schedules;
using Meridian.Connectors.Mqtt;
using Meridian.Connectors.Mqtt.South;
using Meridian.Connectors.Mqtt.South.Commands;
using Meridian.Engine.Supervision;
using Meridian.Engine.Tests.Peers;
using Meridian.Sdk;
using Meridian.Sdk.Readings;
using Meridian.Sdk.South;

namespace Meridian.Engine.Tests.Setpoints;

/// <summary>
/// A gateway with the scripted South "s", which takes setpoints for "speed" from 0 to 100, and the MQTT South "plant",
/// which takes commands on <c>set/…</c>, answers them on <c>told/…</c> and writes its item "valve" to
/// <c>valve/set</c>.
/// </summary>
internal sealed class CommandPlant : IAsyncDisposable
{
    public TestGateway Gateway { get; } = new();

    /// <summary>What "s" was given.</summary>
    public ConcurrentQueue<ReadingValue> Written { get; } = new();

    public static async Task<CommandPlant> StartAsync(string host, int port)
    {
        var plant = new CommandPlant();
        plant.Gateway.South.OnWrite = (_, value, _) =>
        {
            plant.Written.Enqueue(value);
            return Task.FromResult(SetpointOutcome.Written);
        };
        plant.Gateway.Config = new MeridianConfig
        {
            Souths =
            [
                plant.Gateway.South.Config(
                    "s",
                    SouthPeer.Subscribed("speed") with { Setpoint = new SetpointConfig { Min = 0, Max = 100 } }),
                MqttSouth(host, port),
            ],
        };
        await plant.RunAsync();
        return plant;
    }

    public async Task RunAsync()
    {
        await Gateway.RunAsync();
        await Gateway.UntilAsync(() =>
            Gateway.Engine.GetStatus().Souths.All(static one => one.Connector.State == ConnectorState.Running));
    }

    public ValueTask DisposeAsync() => Gateway.DisposeAsync();

    private static SouthConfig MqttSouth(string host, int port) => new()
    {
        Name = "plant",
        Manifest = MqttConnectors.Manifests.OfType<SouthManifest>().Single(),
        Settings = new MqttSouthSettings
        {
            Host = host,
            Port = port,
            ClientId = "plant",
            Commands = new MqttCommandSettings { Topic = "set", AnswerTopic = "told" },
        },
        Items =
        [
            new ItemConfig
            {
                Item = new Item("valve", new MqttItemSettings { Topic = "valve/is", WriteTopic = "valve/set" }),
                Schedule = SubscriptionSchedule.Instance,
                Capability = SouthCapabilities.Subscription,
                Setpoint = new SetpointConfig { Type = SetpointType.Boolean },
            },
        ],
    };
}
