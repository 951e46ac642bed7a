using Meridian.Connectors.Sqlite.South;
using Meridian.Formats.Rows;
using Meridian.Formats.Sql;
using Meridian.Sdk.Readings;
using Meridian.Sdk.South;
using Meridian.Testing.Contexts;

namespace Meridian.Connectors.Sqlite.Tests.South;

/// <summary>A SQLite South on a file of its own, which another program writes.</summary>
internal sealed class SouthRig : IAsyncDisposable
{
    public const string Good = "SELECT time, value FROM t WHERE time >= @StartTime AND time < @EndTime";

    public static readonly HistoryWindow Window = new(
        new DateTimeOffset(2026, 11, 21, 10, 0, 0, TimeSpan.Zero),
        new DateTimeOffset(2026, 11, 21, 11, 0, 0, TimeSpan.Zero));

    public static readonly DateTimeOffset At = Window.Start.AddMinutes(15);

    public SqliteFile File { get; } = new();

    public TestSouthContext Context { get; } = new();

    public static Item Item(
        string query = Good, SqlTimeType timeType = SqlTimeType.Text, RowSpec? rows = null, string name = "item") =>
        new(name, new SqliteItemSettings { Query = query, TimeType = timeType, Rows = rows ?? new RowSpec() });

    /// <summary>A table with one row, at <see cref="At"/>.</summary>
    public Task FillAsync(int value = 2) => File.RunAsync(
        $"CREATE TABLE t (time TEXT, value); INSERT INTO t VALUES ('2026-11-21 10:15:00', {value});");

    public SqliteSouth Make(TimeSpan? timeout = null) => new(
        Context,
        new SqliteSouthSettings { File = File.Path, CommandTimeout = timeout ?? TimeSpan.FromSeconds(30) });

    public static async Task<List<Reading>> AskAsync(
        SqliteSouth south, HistoryWindow window, params IReadOnlyList<Item> items)
    {
        var readings = new List<Reading>();
        await foreach (var page in south.QueryHistoryAsync(items, window, CancellationToken.None))
        {
            readings.AddRange(page.Readings.ToArray());
        }

        return readings;
    }

    public async ValueTask DisposeAsync()
    {
        await File.DisposeAsync();
        await Context.DisposeAsync();
    }
}
