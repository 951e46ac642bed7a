using Meridian.Configuration;
using Meridian.Engine.Accounts;
using Meridian.Engine.Supervision;
using Meridian.Sdk.Settings;

namespace Meridian.Engine.Tests.Peers;

/// <summary>An engine on a folder of its own, with one scripted South named "s" unless told otherwise.</summary>
internal sealed class TestGateway : IAsyncDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("meridian-engine-").FullName;
    private CancellationTokenSource _deadline;
    private CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;
    private MeridianEngine? _engine;
    private long _offered;
    private int _offers;
    private int _cuts;

    /// <summary>Makes one.</summary>
    /// <param name="deadline">How long its test may take. Default: 30 s.</param>
    public TestGateway(TimeSpan? deadline = null)
    {
        _deadline = new CancellationTokenSource(deadline ?? TimeSpan.FromSeconds(30));
        Folder = Path.Combine(_home, "data");
    }

    public EngineServices Services => new(Log, Clock, new SharedRandom(1));

    public ManualClock Clock { get; } = new();

    public LogLines Log { get; } = new();

    public SouthPeer South { get; } = new();

    public MeridianConfig Config { get; set; } = new();

    /// <summary>Where the next run finds its data; a copy that <see cref="Cut"/> made, to go on after a kill.</summary>
    public string Folder { get; set; }

    public string QuarantineOf(string north) => Path.Combine(Folder, "quarantine", north + ".jsonl");

    public int QuarantineLinesOf(string north) => File.ReadAllLines(QuarantineOf(north)).Length;

    public MeridianEngine Engine => _engine ?? throw new InvalidOperationException("It does not run.");

    public GatewayAccount Account => Engine.GetStatus().Account;

    public Task Running => _running;

    public static async Task<TestGateway> StartAsync(params NorthConfig[] norths)
    {
        var gateway = new TestGateway();
        gateway.Config = new MeridianConfig { Souths = [gateway.South.Config("s")], Norths = norths };
        await gateway.RunAsync();
        return gateway;
    }

    public async Task RunAsync()
    {
        _stop = new CancellationTokenSource();
        _engine = await MeridianEngine.OpenAsync(Config, Folder, Services, _deadline.Token);
        _running = _engine.RunAsync(_stop.Token);
        await UntilLaterAsync(
            () => Config.Souths.Count == 0 || Engine.GetStatus().Souths[0].Connector.State == ConnectorState.Running);
    }

    public MeridianConfig ConfigWith(params NorthConfig[] norths) => Config with { Norths = norths };

    public void ShrinkJournal(long maxBytes, long segmentBytes) => Config = Config with
    {
        Gateway = Config.Gateway with
        {
            Journal = new JournalConfig
            {
                MaxBytes = new ByteSize(maxBytes),
                SegmentBytes = new ByteSize(segmentBytes),
            },
        },
    };

    public NorthAccount North(int index = 0) => Engine.GetStatus().Norths[index].Account;

    public ConnectorStatus NorthState(int index = 0) => Engine.GetStatus().Norths[index].Connector;

    /// <summary>
    /// Offers so many readings, numbered as the journal will number them, and waits until they are on disk.
    /// </summary>
    public async Task GiveAsync(int count, int perOffer = 100)
    {
        for (var left = count; left > 0; left -= perOffer)
        {
            var first = _offered;
            _offered += Math.Min(left, perOffer);
            var values = Enumerable.Range(0, (int)(_offered - first)).Select(i => first + i);
            await South.OfferAsync(++_offers, values, _deadline.Token);
        }

        await UntilAsync(() => Account.Received >= _offered);
    }

    /// <summary>Waits for what no event tells. The clock stands meanwhile.</summary>
    public Task UntilAsync(Func<bool> condition) => UntilAsync(condition, TimeSpan.Zero);

    /// <summary>Waits while the clock runs on, far faster than a real one.</summary>
    public Task UntilLaterAsync(Func<bool> condition, TimeSpan? step = null) =>
        UntilAsync(condition, step ?? TimeSpan.FromMilliseconds(100));

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        var running = _running;
        await UntilLaterAsync(() => running.IsCompleted);
        await running;
        await Engine.DisposeAsync();
        _engine = null;
    }

    /// <summary>
    /// A copy of the folder as a kill at this moment would leave it. Files are copied one after the other, so one that
    /// changed meanwhile makes it a copy of no moment: it is made again.
    /// </summary>
    public string Cut()
    {
        while (true)
        {
            var copy = Path.Combine(_home, $"cut{++_cuts}");
            var before = Look();
            if (TryCopy(before.Select(static file => file.Path), copy) && before.SequenceEqual(Look()))
            {
                return copy;
            }
        }
    }

    private (string Path, long Length, DateTime Written)[] Look() =>
    [
        .. Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories)

            // The lock is held by this process; a kill leaves nothing in it that counts.
            .Where(static file => !file.EndsWith(".lock", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(static file => new FileInfo(file))
            .Select(static file => (file.FullName, file.Exists ? file.Length : -1, file.LastWriteTimeUtc)),
    ];

    private bool TryCopy(IEnumerable<string> files, string folder)
    {
        foreach (var file in files)
        {
            var target = Path.Combine(folder, Path.GetRelativePath(Folder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            try
            {
                using var source = new FileStream(
                    file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                using var sink = File.Create(target);
                source.CopyTo(sink);
            }
            catch (FileNotFoundException)
            {
                return false;
            }
        }

        return true;
    }

    public async ValueTask DisposeAsync()
    {
        if (_engine is not null)
        {
            // A test that came to its end tells why, and not that its gateway could not be put away any more.
            _deadline.Dispose();
            _deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10));
            await StopAsync();
        }

        _stop.Dispose();
        _deadline.Dispose();
        Directory.Delete(_home, recursive: true);
    }

    private async Task UntilAsync(Func<bool> condition, TimeSpan step)
    {
        while (!condition())
        {
            if (_deadline.IsCancellationRequested)
            {
                throw new TimeoutException(
                    $"It did not come. {_engine?.GetStatus().Account}\n{_engine?.GetStatus().Journal}\n"
                    + string.Join('\n', Log.Lines.TakeLast(20)));
            }

            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System);
            Clock.Advance(step);
        }
    }

    /// <summary>Chance for several threads, as the engine asks for.</summary>
    private sealed class SharedRandom(int seed) : Random(seed)
    {
        private readonly Lock _lock = new();

        public override double NextDouble()
        {
            lock (_lock)
            {
                return base.NextDouble();
            }
        }
    }
}
