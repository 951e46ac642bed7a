using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Meridian.Connectors.Http.Influx;
using Meridian.Connectors.Http.Tests.Peers;
using Meridian.Fixtures;
using Meridian.Sdk.Faults;
using Meridian.Sdk.North;
using Meridian.Sdk.Readings;
using Meridian.Sdk.Settings;
using Meridian.Testing.Contexts;

namespace Meridian.Connectors.Http.Tests.Influx;

/// <summary>InfluxDB Norths, and the real server that the tests share.</summary>
internal sealed class InfluxRig : IAsyncDisposable
{
    public static readonly DateTimeOffset Time = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    // One for all tests of the run; it ends with the process.
    private static readonly Task<InfluxServer> SharedServer = InfluxServer.StartAsync();
    private static int _databaseCount;

    private readonly List<InfluxNorth> _norths = [];
    private readonly TestNorthContext _context = new();

    public static CancellationToken None => CancellationToken.None;

    public static Task<InfluxServer> ServerAsync() => SharedServer;

    /// <summary>An empty database of the shared server.</summary>
    public static async Task<string> NewDatabaseAsync()
    {
        var name = $"plant{Interlocked.Increment(ref _databaseCount)}";
        await (await ServerAsync()).QueryAsync($"CREATE DATABASE {name}");
        return name;
    }

    public static InfluxNorthSettings SettingsOf(Uri url, string database) => new()
    {
        Url = url,
        Version = InfluxVersion.V1,
        Database = database,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        AnswerTimeout = TimeSpan.FromSeconds(10),
    };

    /// <summary>A scripted server that is taken for an InfluxDB of this version.</summary>
    public static InfluxNorthSettings SettingsOf(WebServer server, InfluxVersion version) => new()
    {
        Url = new Uri($"http://127.0.0.1:{server.Port}"),
        Version = version,
        Database = version == InfluxVersion.V2 ? null : "plant 7",
        RetentionPolicy = version == InfluxVersion.V1 ? "year" : null,
        Org = version == InfluxVersion.V2 ? "o" : null,
        Bucket = version == InfluxVersion.V2 ? "b/1" : null,
        Token = version == InfluxVersion.V1 ? null : new Secret("t0k"),
    };

    /// <summary>Limits that a test can wait for.</summary>
    public static InfluxNorthSettings Hurried(InfluxNorthSettings settings) => settings with
    {
        ConnectTimeout = TimeSpan.FromMilliseconds(300),
        AnswerTimeout = TimeSpan.FromMilliseconds(300),
    };

    public static async Task<InfluxNorthSettings> NewSettingsAsync() =>
        SettingsOf((await ServerAsync()).Url, await NewDatabaseAsync());

    public static Reading Of(string point, ReadingValue value, double second = 0, Quality quality = default) =>
        new(point, Time.AddSeconds(second), value, quality);

    /// <summary>A batch of one reading of the point <c>p</c>, each with a time of its own.</summary>
    public static ValuesBatch Number(long number) => Batch(Of("p", ReadingValue.From(number), number));

    /// <summary>The numbers of the point <c>p</c> in a database of the shared server, each as often as it is there.
    /// </summary>
    public static async Task<IReadOnlyList<long>> NumbersAsync(string database)
    {
        var answer = await (await ServerAsync()).QueryAsync("SELECT value FROM p", database);
        return [.. answer.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1)
            .Select(static line => long.Parse(line.Split(',')[^1], CultureInfo.InvariantCulture))];
    }

    public static ValuesBatch Batch(params Reading[] readings) => Batch(null, readings);

    public static ValuesBatch Batch(string? replay, params Reading[] readings) => new(
        Guid.Empty,
        readings,
        Enumerable.Range(0, readings.Length).Select(static i => (long)i).ToArray(),
        new DeliveryPosition(Guid.Empty, "influx", new byte[] { 1 }) { ReplayId = replay });

    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "It has no Dispose.")]
    public async Task<InfluxNorth> ConnectAsync(InfluxNorthSettings settings)
    {
        var north = new InfluxNorth(_context, settings);
        _norths.Add(north);
        await north.ConnectAsync(None);
        return north;
    }

    /// <summary>The fault of a connect.</summary>
    public Task<ConnectorException> ConnectFaultAsync(InfluxNorthSettings settings) =>
        Assert.ThrowsAsync<ConnectorException>(() => ConnectAsync(settings));

    /// <summary>The fault of a delivery.</summary>
    public static Task<ConnectorException> FaultAsync(InfluxNorth north, ValuesBatch batch) =>
        Assert.ThrowsAsync<ConnectorException>(async () => await north.HandleValuesAsync(batch, None));

    /// <summary>What a test of the connection tells.</summary>
    public async Task<IReadOnlyDictionary<string, string>> FactsAsync(InfluxNorthSettings settings) =>
        (await Make(settings).TestConnectionAsync(None))
            .ToDictionary(static one => one.Key, static one => one.Value, StringComparer.Ordinal);

    public InfluxNorth Make(InfluxNorthSettings settings) => new(_context, settings);

    /// <summary>The engine's halving, until each reading is delivered or alone and rejected.</summary>
    public static async Task<IReadOnlyList<(Reading Reading, string Reason)>> DeliverAllAsync(
        InfluxNorth north, IReadOnlyList<Reading> readings)
    {
        if (readings.Count == 0)
        {
            return [];
        }

        var outcome = await north.HandleValuesAsync(Batch([.. readings]), None);
        if (outcome.Kind == DeliveryOutcomeKind.Rejected && outcome.Rejections is null && readings.Count > 1)
        {
            var half = readings.Count / 2;
            return
            [
                .. await DeliverAllAsync(north, [.. readings.Take(half)]),
                .. await DeliverAllAsync(north, [.. readings.Skip(half)]),
            ];
        }

        if (outcome.Kind == DeliveryOutcomeKind.Delivered)
        {
            return [.. (outcome.Rejections ?? []).Select(one => (readings[one.Index], one.Reason))];
        }

        Assert.Equal(DeliveryOutcomeKind.Rejected, outcome.Kind);
        var refused = outcome.Rejections ?? [new Rejection(0, outcome.Reason!)];
        var gone = refused.Select(static one => one.Index).ToHashSet();
        return
        [
            .. refused.Select(one => (readings[one.Index], one.Reason)),
            .. await DeliverAllAsync(north, [.. readings.Where((_, index) => !gone.Contains(index))]),
        ];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var north in _norths)
        {
            await north.DisconnectAsync(None);
        }

        _context.Dispose();
    }
}
