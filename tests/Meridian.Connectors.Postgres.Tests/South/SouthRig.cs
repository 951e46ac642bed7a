using Meridian.Connectors.Postgres.South;
using Meridian.Fixtures;
using Meridian.Formats.Rows;
using Meridian.Formats.Sql;
using Meridian.Sdk.Readings;
using Meridian.Sdk.Settings;
using Meridian.Sdk.South;
using Meridian.Testing.Contexts;

namespace Meridian.Connectors.Postgres.Tests.South;

/// <summary>A PostgreSQL South on an empty database of a real server.</summary>
internal sealed class SouthRig(PostgresServer server, string database) : IAsyncDisposable
{
    public static readonly HistoryWindow Window = new(
        new DateTimeOffset(2026, 11, 21, 10, 0, 0, TimeSpan.Zero),
        new DateTimeOffset(2026, 11, 21, 11, 0, 0, TimeSpan.Zero));

    private readonly List<PostgresSouth> _souths = [];

    public PostgresServer Server { get; } = server;

    public string Database { get; } = database;

    public TestSouthContext Context { get; } = new();

    public PostgresSouthSettings Settings { get; init; } = new()
    {
        Host = "127.0.0.1",
        Port = server.Port,
        Database = database,
        UserName = PostgresServer.UserName,
        Password = new Secret(PostgresServer.Password),
    };

    public static async Task<SouthRig> NewAsync()
    {
        var server = await PostgresServer.SharedAsync();
        return new SouthRig(server, await server.CreateDatabaseAsync());
    }

    public static Item Item(
        string query, SqlTimeType timeType = SqlTimeType.WithTimeZone, RowSpec? rows = null, string name = "item") =>
        new(name, new PostgresItemSettings { Query = query, TimeType = timeType, Rows = rows ?? new RowSpec() });

    public Task RunAsync(string sql) => Server.RunAsync(Database, sql);

    public async Task<PostgresSouth> ConnectAsync(
        PostgresSouthSettings? settings = null,
        SqlHistoryLimits? limits = null,
        TestSouthContext? context = null,
        SqlNextLimits? nextLimits = null)
    {
        var south = new PostgresSouth(context ?? Context, settings ?? Settings, limits, nextLimits);
        _souths.Add(south);
        await south.ConnectAsync(CancellationToken.None);
        return south;
    }

    /// <summary>Asks, and looks whether the pages are what their comments say.</summary>
    public static async Task<List<Reading>> AskAsync(
        PostgresSouth south, HistoryWindow window, params IReadOnlyList<Item> items)
    {
        var readings = new List<Reading>();
        var covered = items.ToDictionary(static item => item.Name, _ => window.Start, StringComparer.Ordinal);
        await foreach (var page in south.QueryHistoryAsync(items, window, CancellationToken.None))
        {
            Assert.Equal(covered[page.Item.Name], page.Covered.Start);
            Assert.True(page.Covered.End > page.Covered.Start && page.Covered.End <= window.End);
            covered[page.Item.Name] = page.Covered.End;
            var last = page.Covered.Start;
            foreach (var reading in page.Readings.ToArray())
            {
                Assert.InRange(reading.Timestamp, last, page.Covered.End.AddTicks(-1));
                last = reading.Timestamp;
                readings.Add(reading);
            }
        }

        return readings;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var south in _souths)
        {
            await south.DisconnectAsync(CancellationToken.None);
        }

        await Context.DisposeAsync();
    }
}
