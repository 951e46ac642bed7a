using Meridian.Connectors.Mqtt.North;
using Meridian.Connectors.Mqtt.North.Sparkplug;
using Meridian.Mqtt.Testing;
using Meridian.Sdk.North;
using Meridian.Sdk.Readings;
using Meridian.Testing.Contexts;

namespace Meridian.Connectors.Mqtt.Tests.Sparkplug.Edge;

/// <summary>A Sparkplug North on a test broker, driven as the engine drives it.</summary>
internal sealed class RunningEdge : IAsyncDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);

    private readonly SparkplugNorth _north;

    public RunningEdge(MqttNorthSettings settings, TimeSpan hostWait = default) =>
        _north = new SparkplugNorth(Context, settings) { HostWait = hostWait };

    public TestNorthContext Context { get; } = new(new TestContextOptions { Name = "north", Seed = 3 });

    public static MqttNorthSettings Settings(MqttTestBroker broker, string? primaryHost = null) => new()
    {
        Host = broker.Host,
        Port = broker.Port,
        ClientId = "edge",
        Format = MqttNorthFormat.SparkplugB,
        ConnectTimeout = TimeSpan.FromSeconds(3),
        Sparkplug = new SparkplugNorthSettings { Group = "g", Node = "n", PrimaryHost = primaryHost },
    };

    public Task ConnectAsync() => _north.ConnectAsync(CancellationToken.None);

    public Task DisconnectAsync() => _north.DisconnectAsync(CancellationToken.None);

    /// <summary>Hands over readings of one point, a second apart.</summary>
    public ValueTask<DeliveryOutcome> GiveAsync(params long[] values) =>
        GiveAsync([.. values.Select(static value => One("p", value))]);

    public ValueTask<DeliveryOutcome> GiveAsync(params Reading[] readings) => _north.HandleValuesAsync(
        new ValuesBatch(
            Guid.Empty,
            readings,
            Enumerable.Range(0, readings.Length).Select(static i => (long)i).ToArray(),
            new DeliveryPosition(Guid.Empty, "north", default)),
        CancellationToken.None);

    public static Reading One(string point, long value) =>
        new(point, Start.AddSeconds(value), ReadingValue.From(value));

    public async ValueTask DisposeAsync()
    {
        await _north.DisconnectAsync(CancellationToken.None);
        await _north.StopAsync(CancellationToken.None);
        Context.End();
        Context.Dispose();
    }
}
