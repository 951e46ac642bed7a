using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Meridian.Configuration;
using Meridian.Configuration.Schedules;
using Meridian.Connectors.Files.Files;
using Meridian.Connectors.Files.Folder;
using Meridian.Engine;
using Meridian.Fixtures;
using Meridian.Sdk;
using Meridian.Sdk.South;
using Meridian.Testing.Simulation;
using Microsoft.Extensions.Logging.Abstractions;

namespace Meridian.Connectors.Files.Tests.Folder;

/// <summary>The folder South in a gateway that runs.</summary>
[SuppressMessage(
    "Design",
    "CA1001:Types that own disposable fields should be disposable",
    Justification = "The test framework calls DisposeAsync.")]
public sealed class FolderGatewayTests : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly TemporaryFolder _home = new();
    private readonly SimulatedNorth _north = new();
    private readonly CancellationTokenSource _stop = new();
    private MeridianEngine? _engine;
    private Task _running = Task.CompletedTask;

    private MeridianEngine Engine => _engine ?? throw new InvalidOperationException("It does not run.");

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        await (_engine?.DisposeAsync() ?? default);
        _stop.Dispose();
        _home.Dispose();
    }

    [Fact]
    public async Task File_OfASlowWriter_IsTakenWholeAndArchivedWithinItsFolder()
    {
        await RunAsync(new FolderItemSettings
        {
            Files = new FileRules
            {
                MinAge = TimeSpan.FromSeconds(1),
                Afterwards = FileAfterwards.Archive,
                IsRecursive = true,
            },
        });
        var content = new StringBuilder();
        var file = new FileStream(In("slow.csv"), FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite);
        await using (file)
        {
            for (var i = 0; i < 20; i++)
            {
                var line = $"line {i}\n";
                content.Append(line);
                await file.WriteAsync(Encoding.UTF8.GetBytes(line));
                await file.FlushAsync();
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
            }
        }

        await UntilAsync(() => _north.Files.Count > 0 && File.Exists(In("archive/slow.csv")));

        Assert.Equal(content.ToString(), Encoding.UTF8.GetString(Assert.Single(_north.Files).Content.Span));
        Assert.False(File.Exists(In("slow.csv")));
    }

    [Fact]
    public async Task Folder_ThatIsMissingAndComes_IsTheItemsProblemUntilThen()
    {
        var rules = new FileRules { MinAge = TimeSpan.Zero, Afterwards = FileAfterwards.Delete };
        await RunAsync(
            new FolderItemSettings { Path = "later", Files = rules },
            new FolderItemSettings { Path = "there", Files = rules });
        _home.Write("in/there/a", "one");

        await UntilAsync(() => _north.Files.Count == 1 && Problems().ContainsKey("item0"));
        Assert.StartsWith(
            $"There is no folder '{In("later")}' for item 'item0'.", Problems()["item0"], StringComparison.Ordinal);

        _home.Write("in/later/b", "two");
        await UntilAsync(() => _north.Files.Count == 2 && !Problems().ContainsKey("item0"));
    }

    [Fact]
    public async Task Csv_TakenAsReadings_ArrivesAndTheFileGoes()
    {
        await RunAsync(new FolderItemSettings
        {
            Files = new FileRules { MinAge = TimeSpan.Zero, Afterwards = FileAfterwards.Delete },
            Content = FolderContent.Readings,
        });
        var rows = Enumerable.Range(0, 20_000)
            .Select(static i => string.Create(CultureInfo.InvariantCulture, $"2026-11-21T12:00:00Z,{i}\n"));
        _home.Write("in/.new", "time,value\n" + string.Concat(rows));
        File.Move(In(".new"), In("a.csv"));

        await UntilAsync(() => _north.Readings.Count >= 20_000 && !File.Exists(In("a.csv")));

        Assert.Equal(
            Enumerable.Range(0, 20_000).Select(static i => (long)i),
            _north.Readings.Select(static one => one.Value.AsInt64()));
        Assert.True(Engine.GetStatus().Account is { Received: 20_000, IsBalanced: true });
    }

    [Fact]
    public async Task File_OfAGigabyte_IsInAnotherFolderByteForByte()
    {
        var length = TestMode.Pick(full: 1L << 30, brief: 64L << 20);
        var rules = new FileRules { MinAge = TimeSpan.Zero, Afterwards = FileAfterwards.Archive };
        await RunAsync(
            new NorthConfig
            {
                Name = "north",
                Manifest = FilesNorthManifest.Manifest,
                Settings = new FilesNorthSettings { Directory = _home.Join("out") },
            },
            new FolderItemSettings { Files = rules });
        var block = new byte[1 << 20];
        new Random(1).NextBytes(block);
        await using (var file = File.Create(In(".huge")))
        {
            for (var i = 0L; i < length; i += block.Length)
            {
                BitConverter.TryWriteBytes(block, i);
                await file.WriteAsync(block);
            }
        }

        File.Move(In(".huge"), In("huge.bin"));
        await UntilAsync(() => Engine.GetStatus().Account is { Received: 1, Waiting: 0 }
            && !File.Exists(In("huge.bin"))); // Moved once the South knows that it is on disk.

        Assert.Equal(await HashAsync(In("archive/huge.bin")), await HashAsync(_home.Join("out", "huge.bin")));
    }

    private static async Task<string> HashAsync(string path)
    {
        await using var file = File.OpenRead(path);
        return Convert.ToHexString(await SHA256.HashDataAsync(file));
    }

    private string In(string name) => _home.Join("in", name);

    private IReadOnlyDictionary<string, string> Problems() => Engine.GetStatus().Souths[0].ItemProblems;

    private Task RunAsync(params FolderItemSettings[] items) => RunAsync(
        new NorthConfig { Name = "north", Manifest = _north.Manifest, Settings = new SimulatedNorthSettings() }, items);

    private async Task RunAsync(NorthConfig north, params FolderItemSettings[] items)
    {
        Directory.CreateDirectory(_home.Join("in"));
        var config = new MeridianConfig
        {
            Souths =
            [
                new SouthConfig
                {
                    Name = "folder",
                    Manifest = (SouthManifest)FilesConnectors.Manifests[0],
                    Settings = new FolderSettings { Folder = _home.Join("in") },
                    Items =
                    [
                        .. items.Select(static (item, index) => new ItemConfig
                        {
                            Item = new Item($"item{index}", item),
                            Schedule = new PeriodSchedule(TimeSpan.FromMilliseconds(100)),
                            Capability = SouthCapabilities.File,
                        }),
                    ],
                },
            ],
            Norths = [north],
        };
        var services = new EngineServices(NullLoggerFactory.Instance, TimeProvider.System, new Random(1));
        _engine = await MeridianEngine.OpenAsync(config, _home.Join("data"), services, CancellationToken.None);
        _running = _engine.RunAsync(_stop.Token);
    }

    private async Task UntilAsync(Func<bool> condition)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            if (TimeProvider.System.GetElapsedTime(start) > Limit)
            {
                throw new TimeoutException($"It did not come. {Engine.GetStatus()} {string.Join(' ', Problems())}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }
    }
}
