using Meridian.Connectors.Files.Files;
using Meridian.Connectors.Files.Parts;
using Meridian.Formats.Csv;
using Meridian.Sdk.Settings;

namespace Meridian.Connectors.Files.Tests.Files;

/// <summary>
/// A kill at every point: the folder and the durable state are copied at each step of a run, and a new North goes on
/// from every copy. In the end each reading stands in the complete files once, in order.
/// </summary>
public sealed class FilesNorthCrashTests : IDisposable
{
    public enum Damage
    {
        None,
        TornWrite,
        EmptyPartBegun,
        NextPartBegun,
    }

    public enum Kind
    {
        Csv,
        Ndjson,
        CsvGzip,
        Columns,
        Parquet,
        PerPoint,
    }

    private const int Total = 24;
    private const int BatchSize = 3;

    private readonly OutFolder _folder = new();
    private readonly List<Snapshot> _snapshots = [];

    public static TheoryData<Kind, Damage> Cases
    {
        get
        {
            var cases = new TheoryData<Kind, Damage>();
            foreach (var kind in Enum.GetValues<Kind>())
            {
                cases.Add(kind, Damage.None);
                cases.Add(kind, Damage.TornWrite);
            }

            cases.Add(Kind.Csv, Damage.EmptyPartBegun);
            cases.Add(Kind.Csv, Damage.NextPartBegun);
            cases.Add(Kind.Parquet, Damage.EmptyPartBegun);
            cases.Add(Kind.PerPoint, Damage.NextPartBegun);
            return cases;
        }
    }

    public void Dispose()
    {
        _folder.Dispose();
        _snapshots.ForEach(snapshot => snapshot.Folder.Dispose());
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Kill_AtEveryPoint_EachReadingIsThereOnce(Kind kind, Damage damage)
    {
        await RunWithSnapshotsAsync(kind);
        Assert.True(_snapshots.Count > 20);

        foreach (var snapshot in _snapshots)
        {
            Apply(kind, snapshot, damage);
            await GoOnAsync(kind, snapshot);
        }

        await AssertOnceAsync(kind, _snapshots);
    }

    [Theory]
    [InlineData(Kind.CsvGzip)]
    [InlineData(Kind.Columns)]
    [InlineData(Kind.Parquet)]
    [InlineData(Kind.PerPoint)]
    public async Task Kill_WithinCompletion_EachReadingIsThereOnce(Kind kind)
    {
        await RunWithSnapshotsAsync(kind);
        var made = new List<Snapshot>();
        try
        {
            for (var at = 1; at < _snapshots.Count; at++)
            {
                var (before, after) = (_snapshots[at - 1], _snapshots[at]);
                var spool = Array.Find(
                    before.Folder.Names, name => name.EndsWith(".spool.part", StringComparison.Ordinal));
                var files = after.Folder.Names.Except(before.Folder.Names, StringComparer.Ordinal)
                    .Where(name => !name.Contains(".spool", StringComparison.Ordinal)).ToArray();
                if (spool is not null && files.Length > 0 && !after.Folder.Names.Contains(spool))
                {
                    Make(made, before, after, spool, files);
                }
            }

            Assert.True(made.Count >= 10, $"{made.Count} places.");
            foreach (var snapshot in made)
            {
                await GoOnAsync(kind, snapshot);
            }

            await AssertOnceAsync(kind, made);
        }
        finally
        {
            made.ForEach(snapshot => snapshot.Folder.Dispose());
        }
    }

    /// <summary>The folder at each step between a spool that is due and its files with their names.</summary>
    private static void Make(
        List<Snapshot> made, Snapshot before, Snapshot after, string spool, string[] files)
    {
        foreach (var tornBytes in (int[])[0, 7, int.MaxValue])
        {
            // Being made; the last one is torn.
            var folder = Add();
            foreach (var file in files)
            {
                var bytes = File.ReadAllBytes(after.Folder.Join(file));
                File.WriteAllBytes(folder.Join(file + ".tmp"), bytes[..Math.Min(bytes.Length, tornBytes)]);
            }
        }

        for (var named = 0; named <= files.Length; named++)
        {
            // Made, and some have their names.
            var folder = Add();
            File.Move(folder.Join(spool), folder.Join(spool.Replace(".part", ".done", StringComparison.Ordinal)));
            for (var index = 0; index < files.Length; index++)
            {
                var name = files[index] + (index < named ? string.Empty : ".tmp");
                File.Copy(after.Folder.Join(files[index]), folder.Join(name));
            }
        }

        OutFolder Add()
        {
            var snapshot = before with { Folder = before.Folder.Copy() };
            made.Add(snapshot);
            return snapshot.Folder;
        }
    }

    private static FilesNorthSettings SettingsOf(Kind kind, string directory)
    {
        var settings = new FilesNorthSettings { Directory = directory, MaxFileSize = new ByteSize(300) };
        return kind switch
        {
            Kind.Ndjson => settings with { Format = FilesFormat.Ndjson },
            Kind.CsvGzip => settings with { Compression = FilesCompression.Gzip },
            Kind.Columns => settings with { Csv = new CsvSpec { Layout = CsvLayout.Column } },
            Kind.Parquet => settings with { Format = FilesFormat.Parquet },
            Kind.PerPoint => settings with { Prefix = "values-{point}" },
            _ => settings,
        };
    }

    private static string PointOf(Kind kind, int number) =>
        kind is Kind.PerPoint or Kind.Columns ? $"p/{number % 2}" : "p";

    private static async Task AssertOnceAsync(Kind kind, IReadOnlyList<Snapshot> snapshots)
    {
        var values = kind == Kind.Parquet
            ? await OutFolder.ParquetValuesAsync([.. snapshots.Select(snapshot => snapshot.Folder)])
            : [.. snapshots.Select(snapshot => snapshot.Folder.Values())];
        for (var at = 0; at < snapshots.Count; at++)
        {
            // Files of different points stand beside each other, not behind.
            var found = kind == Kind.PerPoint ? [.. values[at].Order()] : values[at];
            Assert.Equal(Enumerable.Range(0, Total), found);
            Assert.DoesNotContain(
                snapshots[at].Folder.Names,
                name => name.EndsWith(".part", StringComparison.Ordinal)
                    || name.EndsWith(".tmp", StringComparison.Ordinal)
                    || name.EndsWith(".done", StringComparison.Ordinal));
        }
    }

    private static async Task GoOnAsync(Kind kind, Snapshot snapshot)
    {
        var context = new FakeNorthContext(state: snapshot.State, count: snapshot.Count)
        {
            PointOf = number => PointOf(kind, number),
        };
        await RunAsync(kind, context, snapshot.Folder, snapshot.Count);
    }

    private async Task RunWithSnapshotsAsync(Kind kind)
    {
        var context = new FakeNorthContext { PointOf = number => PointOf(kind, number) };
        var notes = 0;
        context.OnPersist = Take;
        context.OnNote = () =>
        {
            Take();

            // Now and then the engine makes the cursor durable by itself.
            if (++notes % 5 == 0)
            {
                context.Persist();
            }
        };
        await RunAsync(kind, context, _folder, 0);
        Take();

        void Take() => _snapshots.Add(new Snapshot(_folder.Copy(), context.DurableState, context.DurableCount));
    }

    private static async Task RunAsync(Kind kind, FakeNorthContext context, OutFolder folder, int start)
    {
        using var north = new FilesNorth(context, SettingsOf(kind, folder.Path));
        await north.ConnectAsync(CancellationToken.None);
        for (var end = start + BatchSize; end <= Total; end += BatchSize)
        {
            await context.DeliverUpToAsync(north, end);
        }

        await north.DisconnectAsync(CancellationToken.None);
        await north.StopAsync(CancellationToken.None);
    }

    private static void Apply(Kind kind, Snapshot snapshot, Damage damage)
    {
        var parts = snapshot.Folder.Names.Where(name => name.EndsWith(".part", StringComparison.Ordinal)).ToArray();
        if (damage == Damage.TornWrite)
        {
            foreach (var part in parts)
            {
                File.AppendAllText(snapshot.Folder.Join(part), "1970-01-01T00:00:00.0000000Z,p,99");
            }
        }
        else if (damage != Damage.None && parts.Length == 0)
        {
            var (stem, extension) = kind switch
            {
                Kind.Csv => ("values", ".csv"),
                Kind.Ndjson => ("values", ".ndjson"),
                Kind.PerPoint => ("values-points", ".spool"),
                _ => ("values", ".spool"),
            };
            File.WriteAllText(
                snapshot.Folder.Join($"{stem}-20261121T101600Z-000099{extension}.part"),
                damage == Damage.EmptyPartBegun ? string.Empty : "timestamp,point,value,quality\r\nx,p,99,good\r\n");
        }
    }

    private sealed record Snapshot(OutFolder Folder, byte[] State, int Count);
}
