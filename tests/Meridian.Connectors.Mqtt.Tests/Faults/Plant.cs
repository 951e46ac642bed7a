using Meridian.Configuration;
using Meridian.Configuration.Schedules;
using Meridian.Connectors.Mqtt.Connection;
using Meridian.Connectors.Mqtt.South;
using Meridian.Engine;
using Meridian.Engine.Quarantine;
using Meridian.Engine.Supervision;
using Meridian.Fixtures;
using Meridian.Sdk;
using Meridian.Sdk.Readings;
using Meridian.Sdk.South;
using Meridian.Testing.Peers;
using Meridian.Testing.Simulation;
using Microsoft.Extensions.Logging.Abstractions;

namespace Meridian.Connectors.Mqtt.Tests.Faults;

/// <summary>
/// A gateway that runs, with an MQTT connector on one side and a simulated one on the other, and numbers that go
/// through it: what an operator sees of a fault is its status, and that nothing is missing afterwards.
/// </summary>
internal sealed class Plant : IAsyncDisposable
{
    private readonly TempFolder _home = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly SimulatedSouth _source = new();
    private readonly SimulatedNorth _destination = new();
    private readonly Side _side;
    private readonly IPlantPeer _peer;
    private MeridianEngine? _engine;
    private Task _running = Task.CompletedTask;
    private long _given;

    private Plant(Side side, IPlantPeer peer)
    {
        _side = side;
        _peer = peer;
    }

    /// <summary>How the MQTT connector fares, as the gateway shows it.</summary>
    public ConnectorStatus Status => _side == Side.South
        ? Engine.GetStatus().Souths[0].Connector
        : Engine.GetStatus().Norths[0].Connector;

    /// <summary>What the destination of a South has that is no number, in order.</summary>
    public IReadOnlyList<Reading> Others =>
        [.. _destination.Readings.Where(static reading => reading.Value.Kind != ReadingValueKind.Int64)];

    /// <summary>How many payloads the South could not read.</summary>
    public long UndecodedCount => Engine.GetStatus().Souths[0].Counters.Undecoded;

    private MeridianEngine Engine => _engine ?? throw new InvalidOperationException("It does not run.");

    /// <summary>Starts the gateway; the connector then connects, or tries to.</summary>
    public static async Task<Plant> StartAsync(Side side, MqttConnectionSettings settings, IPlantPeer peer)
    {
        var plant = new Plant(side, peer);
        var services = new EngineServices(NullLoggerFactory.Instance, TimeProvider.System, new Random(1));
        plant._engine = await MeridianEngine.OpenAsync(
            plant.ConfigOf(settings), plant._home.At("data"), services, CancellationToken.None);
        plant._running = plant._engine.RunAsync(plant._stop.Token);
        if (side == Side.North)
        {
            await Deadline.UntilAsync(
                () => plant.Engine.GetStatus().Souths[0].Connector.State == ConnectorState.Running, "the source runs");
        }

        return plant;
    }

    /// <summary>The same, at a mosquitto.</summary>
    public static Task<Plant> StartAsync(
        Side side,
        MosquittoServer mosquitto,
        Func<MqttConnectionSettings, MqttConnectionSettings>? change = null)
    {
        var settings = IPlantPeer.SettingsOf(side, mosquitto.Port);
        return StartAsync(side, change?.Invoke(settings) ?? settings, new MosquittoPeer(mosquitto));
    }

    /// <summary>Waits until the status says that it tries again, for a reason with these words.</summary>
    /// <returns>The whole reason.</returns>
    public async Task<string> UntilRetryingAsync(params string[] words)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var found = "";
        try
        {
            await Deadline.UntilAsync(
                () =>
                {
                    var status = Status;
                    seen.Add($"{status.State}: {status.Reason}");
                    found = status.Reason ?? "";
                    return status.State == ConnectorState.Retrying
                        && words.All(word => found.Contains(word, StringComparison.Ordinal));
                },
                "the status says so");
        }
        catch (TimeoutException)
        {
            Assert.Fail($"No status said '{string.Join("', '", words)}'; there were:\n{string.Join('\n', seen)}");
        }

        return found;
    }

    /// <summary>Waits until the status says that it runs; then it has no complaint.</summary>
    public async Task UntilRunningAsync()
    {
        await Deadline.UntilAsync(() => Status.State == ConnectorState.Running, "the connector runs");
        Assert.Null(Status.Reason);
    }

    /// <summary>The source gives the next numbers, whatever state the link is in.</summary>
    /// <param name="count">How many.</param>
    public async Task GiveAsync(int count)
    {
        long[] numbers = [.. Enumerable.Range(0, count).Select(_ => _given++)];
        if (_side == Side.South)
        {
            await _peer.PublishAsync(numbers);
            return;
        }

        foreach (var number in numbers)
        {
            _source.Say("p", ReadingValue.From(number));
        }
    }

    /// <summary>The source of a North says a text where it says numbers else.</summary>
    public void Say(string text) => _source.Say("p", ReadingValue.From(text));

    /// <summary>What the North's destination refused for good, with the reasons.</summary>
    public async Task<IReadOnlyList<QuarantinedDatum>> ReadQuarantineAsync() =>
        (await Engine.Quarantine("n").ListAsync(after: null, count: 100, CancellationToken.None)).Data;

    /// <summary>
    /// Waits until all numbers that were given have arrived, once each where the way promises it, and the connector is
    /// well.
    /// </summary>
    /// <param name="quarantined">How many readings beside the numbers are in the quarantine.</param>
    public async Task AllArriveAsync(int quarantined = 0)
    {
        IReadOnlyCollection<long> arrived;
        if (_side == Side.South)
        {
            await Deadline.UntilAsync(() => Values().Distinct().LongCount() >= _given, $"{_given} numbers arrive");
            arrived = [.. Values()];
            Assert.Distinct(arrived.Where(static number => number % 2 == 1)); // QoS 2.
        }
        else
        {
            arrived = await _peer.ReadAsync((int)_given);
        }

        Assert.Equal(Enumerable.Range(0, (int)_given).Select(static i => (long)i), arrived.Distinct().Order());
        await UntilRunningAsync();
        await Deadline.UntilAsync(
            () => Engine.GetStatus().Account is { Waiting: 0, IsBalanced: true }, "the account is settled");
        var account = Engine.GetStatus().Account;
        Assert.Equal((quarantined, 0), (account.Quarantined, account.Dropped));
    }

    /// <summary>Waits until it runs; then a hundred numbers more go through it.</summary>
    public async Task CarryAsync()
    {
        await UntilRunningAsync();
        await GiveAsync(100);
        await AllArriveAsync();
    }

    /// <summary>
    /// Numbers go through it before, while and after its link hangs; the status says what it finds, and what it finds
    /// with each try to connect.
    /// </summary>
    /// <param name="relay">Where its link hangs.</param>
    public async Task OutlastHalfOpenAsync(TcpRelay relay)
    {
        await CarryAsync();
        relay.Hold();
        await UntilRetryingAsync(
            $"127.0.0.1:{relay.Port} does not answer", "no byte came within 1.5 times settings.keepAlive, 1 s");
        await GiveAsync(100);
        await UntilRetryingAsync("settings.connectTimeout, 1 s; CONNACK was still awaited");
        relay.Release();
        await AllArriveAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        if (_engine is not null)
        {
            await _engine.DisposeAsync();
        }

        _stop.Dispose();
        _home.Dispose();
    }

    private IEnumerable<long> Values() => _destination.Readings
        .Where(static reading => reading.Value.Kind == ReadingValueKind.Int64)
        .Select(static reading => reading.Value.AsInt64());

    private MeridianConfig ConfigOf(MqttConnectionSettings settings)
    {
        var isSouth = _side == Side.South;
        return new MeridianConfig
        {
            // A peer that hangs when the test ends shall not hold it up.
            Gateway = new GatewayConfig { DrainTime = TimeSpan.FromSeconds(1) },
            Souths =
            [
                new SouthConfig
                {
                    Name = "s",
                    Manifest = isSouth
                        ? MqttConnectors.Manifests.OfType<SouthManifest>().Single() : _source.Manifest,
                    Settings = isSouth ? settings : new SimulatedSouthSettings(),
                    Items = isSouth
                        ?
                        [
                            ItemOf("once", new MqttItemSettings { Topic = "plant/once" }),
                            ItemOf("exactly", new MqttItemSettings { Topic = "plant/exactly", Qos = 2 }),
                        ]
                        : [ItemOf("p", new SimulatedItemSettings { Point = "p" })],
                },
            ],
            Norths =
            [
                new NorthConfig
                {
                    Name = "n",
                    Manifest = isSouth
                        ? _destination.Manifest : MqttConnectors.Manifests.OfType<NorthManifest>().Single(),
                    Settings = isSouth ? new SimulatedNorthSettings() : settings,
                },
            ],
        };
    }

    private static ItemConfig ItemOf(string name, object settings) => new()
    {
        Item = new Item(name, settings),
        Schedule = SubscriptionSchedule.Instance,
        Capability = SouthCapabilities.Subscription,
    };
}
