using Meridian.Configuration;
using Meridian.Configuration.Schedules;
using Meridian.Engine.Tests.Peers;
using Meridian.Sdk;
using Meridian.Sdk.South;

namespace Meridian.Engine.Tests.Faults;

/// <summary>An item that moves to another schedule while its files are looked at.</summary>
public sealed class FileLookTests
{
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _given = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _opens;
    private int _looks;
    private SouthManifest? _manifest;

    [Fact]
    public async Task Item_ThatMovesToAnotherScheduleWhileItIsLookedAt_HasItsFilesTakenOnce()
    {
        var north = new FilePeer(takesValues: true);
        await using var gateway = new TestGateway();
        gateway.Config = Config(gateway, TimeSpan.FromSeconds(1), north);
        await gateway.RunAsync();
        await gateway.UntilAsync(() => _opened.Task.IsCompleted);

        var looks = Volatile.Read(ref _looks);
        await gateway.Engine.ApplyAsync(Config(gateway, TimeSpan.FromSeconds(2), north), CancellationToken.None);
        var moments = 50;
        await gateway.UntilLaterAsync(() => --moments < 0);
        _given.SetResult();
        await gateway.UntilLaterAsync(() => Volatile.Read(ref _looks) > looks + 2);

        Assert.Equal("a=x", Assert.Single(north.Files));
        Assert.Equal(1, Volatile.Read(ref _opens));
    }

    private MeridianConfig Config(TestGateway gateway, TimeSpan period, FilePeer north) => new()
    {
        Souths = [gateway.South.Config("s"), new SouthConfig
        {
            Name = "files",
            Settings = string.Empty,
            Manifest = _manifest ??= Manifest(),
            Items =
            [
                new ItemConfig
                {
                    Item = new Item("folder", new Folder()),
                    Schedule = new PeriodSchedule(period),
                    Capability = SouthCapabilities.File,
                },
            ],
        }],
        Norths = [north.Config("n")],
    };

    private SouthManifest Manifest() => new()
    {
        Id = "slow",
        Name = "Slow",
        Description = "Gives a file when it is told to.",
        Category = ConnectorCategory.File,
        ConnectorType = typeof(SlowFiles),
        SettingsType = typeof(object),
        ItemSettingsType = typeof(Folder),
        MaxParallelQueries = 2,
        Create = (_, _) => new SlowFiles(this),
    };

    private sealed record Folder : IHasFileRules
    {
        public FileRules Files { get; init; } = new() { MinAge = TimeSpan.Zero };
    }

    private sealed class SlowFiles(FileLookTests test) : IQueriesFile
    {
        public async IAsyncEnumerable<SourceFile> QueryFileAsync(
            Item item, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            _ = Interlocked.Increment(ref test._looks);
            await Task.CompletedTask;
            yield return new SourceFile("a", 1, DateTimeOffset.UnixEpoch)
            {
                OpenRead = async stop =>
                {
                    _ = Interlocked.Increment(ref test._opens);
                    test._opened.TrySetResult();
                    await test._given.Task.WaitAsync(stop);
                    return new MemoryStream("x"u8.ToArray());
                },
            };
        }

        public Task<IReadOnlyList<Diagnostic>> TestConnectionAsync(CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<Diagnostic>>([]);
    }
}
