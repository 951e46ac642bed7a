using System.Globalization;
using Meridian.Fixtures;

namespace Meridian.Connectors.Sqlite.Tests.South;

/// <summary>
/// The real gateway is killed (SIGKILL) while it goes on by a sequence, with readings and with files, and with files by
/// windows of time, and delivers all to a folder.
/// </summary>
public sealed class SequenceKillTests : IAsyncDisposable
{
    private static readonly int Kills = TestMode.Pick(20, 4);
    private static readonly int Rows = 1_000 * Kills;

    private readonly TempFolder _folder = new("meridian-sequence-");
    private readonly SqliteFile _file = new();

    // A row for each second of the last hours.
    private readonly long _start = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - Rows;

    [Fact]
    public async Task Gateway_KilledWithinABacklog_HasEachRowOnceAsReadingAndInAFileOfEachKind()
    {
        await _file.RunAsync(
            $"""
            CREATE TABLE samples (id INTEGER PRIMARY KEY, time INTEGER, value INTEGER);
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {Rows})
            INSERT INTO samples SELECT i, {_start} + i - 1, i FROM n;
            """);
        await File.WriteAllTextAsync(_folder.At("meridian.json"), Configuration());
        for (var kill = 0; kill < Kills; kill++)
        {
            await using var gateway = await StartAsync();
            var until = Files("*").Length + 1 + (7 * kill % 40);
            await Deadline.UntilAsync(() => Files("*").Length >= until, $"{until} files have arrived");
            await gateway.KillAsync();
        }

        await using var last = await StartAsync();
        await Deadline.UntilAsync(() => InFiles("files-*").Count >= Rows, "all rows are in files of the sequence");
        await Deadline.UntilAsync(() => InFiles("windows-*").Count >= Rows, "all rows are in files of windows");
        await Deadline.UntilAsync(() => ReadingCount() >= Rows, "all readings have arrived");
        Assert.Equal(0, await last.StopAsync());

        var expected = Enumerable.Range(1, Rows);
        Assert.Equal(expected, InFiles("files-*").Order());
        Assert.Equal(expected, InFiles("windows-*").Order());
        Assert.Equal(expected, Readings("values-*.csv").Order());
    }

    public async ValueTask DisposeAsync()
    {
        await _file.DisposeAsync();
        _folder.Dispose();
    }

    private string[] Files(string pattern) =>
        Directory.Exists(_folder.At("out")) ? Directory.GetFiles(_folder.At("out"), pattern) : [];

    private List<int> InFiles(string pattern) => [.. Files(pattern).SelectMany(static file => NumbersOf(file, 0))];

    /// <summary>By lines, also of a part, whose last line may not be whole; an orphan's come again.</summary>
    private int ReadingCount()
    {
        try
        {
            return Files("values-*")
                .Where(static file => !file.EndsWith(".orphan", StringComparison.Ordinal))
                .Sum(static file => File.ReadAllText(file).Split('\n').Skip(2).Count());
        }
        catch (FileNotFoundException)
        {
            // A part became a file between the look at the folder and that at the part; it is looked at again.
            return 0;
        }
    }

    private IEnumerable<int> Readings(string pattern) =>
        Files(pattern).SelectMany(static file => NumbersOf(file, 2));

    private static IEnumerable<int> NumbersOf(string file, int field) => File.ReadAllText(file)
        .Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Skip(1)
        .Select(line => line.Split(',')).Where(fields => fields.Length > field)
        .Select(fields => int.Parse(fields[field], CultureInfo.InvariantCulture));

    private async Task<GatewayProcess> StartAsync()
    {
        var gateway = GatewayProcess.Run(_folder.At("meridian.json"), _folder.At("data"));
        await gateway.WaitUntilReadyAsync();
        return gateway;
    }

    private string Start => DateTimeOffset.FromUnixTimeSeconds(_start).ToString("O", CultureInfo.InvariantCulture);

    private string Configuration() =>
        $$"""
        {
          "gateway": { "name": "sequence-kill", "drainTime": "100 ms" },
          "souths": [
            {
              "name": "source",
              "type": "sqlite",
              "schedule": "100 ms",
              "settings": { "file": "{{_file.Path}}" },
              "items": [
                {
                  "name": "samples",
                  "mode": "sequence",
                  "query": "SELECT id, time, value FROM samples WHERE id > @LastSequence ORDER BY id LIMIT @Limit",
                  "sequence": { "limit": 20 },
                  "rows": { "time": { "format": "unixSeconds" } }
                },
                {
                  "name": "files",
                  "mode": "sequence",
                  "query": "SELECT id, time, value FROM samples WHERE id > @LastSequence ORDER BY id LIMIT @Limit",
                  "sequence": { "limit": 20 },
                  "result": "csv"
                },
                {
                  "name": "windows",
                  "query": "SELECT id, time FROM samples WHERE time >= @StartTime AND time < @EndTime",
                  "timeType": "number",
                  "rows": { "time": { "format": "unixSeconds" } },
                  "result": "csv",
                  "csv": { "every": "20 s", "delay": "0 s", "start": "{{Start}}" }
                }
              ]
            }
          ],
          "norths": [
            {
              "name": "target",
              "type": "files",
              "settings": { "directory": "{{_folder.At("out")}}" },
              "batch": { "maxReadings": 50 }
            }
          ]
        }
        """;
}
