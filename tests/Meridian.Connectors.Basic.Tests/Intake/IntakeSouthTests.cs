using System.Diagnostics.CodeAnalysis;
using Meridian.Connectors.Basic.Intake;
using Meridian.Sdk.Intakes;
using Meridian.Sdk.Readings;
using Meridian.Sdk.South;
using Meridian.Testing.Contexts;

namespace Meridian.Connectors.Basic.Tests.Intake;

[SuppressMessage(
    "Design",
    "CA1001:Types that own disposable fields should be disposable",
    Justification = "The test framework calls DisposeAsync.")]
public sealed class IntakeSouthTests : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private readonly TestSouthContext _context = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _context.DisposeAsync();

    [Fact]
    public async Task Push_OfReadings_IsAnsweredWhenItIsStoredAndNotBefore()
    {
        var south = await ConnectAsync(new IntakeSettings { PointPrefix = "lab/" });
        _context.HoldReceipts();
        var pushing = PushAsync(south, 1).AsTask();
        Assert.True(await _context.UntilAsync(() => _context.WaitingReceipts == 1, Limit));
        Assert.False(pushing.IsCompleted);

        _context.ReleaseReceipts();
        Assert.Equal(IntakeOutcome.Stored, await pushing.WaitAsync(Limit));
        Assert.Equal("lab/p", Assert.Single(_context.Readings).Point);
    }

    [Fact]
    public async Task Pushes_BeyondTheBound_AreBusyAtOnceAndTakenLater()
    {
        var south = await ConnectAsync(new IntakeSettings { MaxWaiting = 2, RetryAfter = TimeSpan.FromSeconds(3) });
        _context.HoldReceipts();
        Task<IntakeOutcome>[] waiting = [PushAsync(south, 1).AsTask(), PushAsync(south, 2).AsTask()];

        var busy = await PushAsync(south, 3).AsTask().WaitAsync(Limit);
        Assert.Equal((false, TimeSpan.FromSeconds(3)), (busy.IsStored, busy.RetryAfter));
        Assert.Contains("2 pushes", busy.Reason, StringComparison.Ordinal);

        _context.ReleaseReceipts();
        Assert.All(await Task.WhenAll(waiting).WaitAsync(Limit), static one => Assert.True(one.IsStored));
        Assert.True((await PushAsync(south, 3)).IsStored);
    }

    [Fact]
    public async Task Pushes_BeyondTheSize_AreBusyButOneAloneIsTaken()
    {
        var south = await ConnectAsync(new IntakeSettings { MaxWaitingSize = new(1_000) });
        _context.HoldReceipts();
        var large = PushOneAsync(south, new Reading("p", default, ReadingValue.From(new string('x', 5_000)))).AsTask();

        Assert.False((await PushAsync(south, 1)).IsStored);
        _context.ReleaseReceipts();
        Assert.True((await large.WaitAsync(Limit)).IsStored);
        Assert.True((await PushAsync(south, 1)).IsStored);
    }

    [Fact]
    public async Task Pushes_FromSeveralAtOnce_AreStoredOnceEach()
    {
        var south = await ConnectAsync(new IntakeSettings());
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(pusher => Task.Run(async () =>
        {
            var stored = 0;
            for (var i = 0; i < 50; i++)
            {
                stored += (await PushAsync(south, (pusher * 100) + i)).IsStored ? 1 : 0;
            }

            return stored;
        }))).WaitAsync(Limit);

        Assert.All(outcomes, static stored => Assert.Equal(50, stored));
        Assert.Equal(400, _context.Readings.Select(static one => one.Value.AsInt64()).Distinct().Count());
        Assert.Equal(400, _context.Readings.Count);
    }

    [Fact]
    public async Task Stop_WhilePushesWait_AnswersAllOfThem()
    {
        var south = await ConnectAsync(new IntakeSettings());
        _context.HoldReceipts();
        var taken = PushAsync(south, 1).AsTask();
        Assert.True(await _context.UntilAsync(() => _context.WaitingReceipts == 1, Limit));
        _context.Block();
        var offered = Enumerable.Range(2, 10).Select(value => PushAsync(south, value).AsTask()).ToArray();

        var stopping = south.DisconnectAsync(default);
        Assert.All(await Task.WhenAll(offered).WaitAsync(Limit), static one => Assert.False(one.IsStored));
        _context.ReleaseReceipts();
        await stopping.WaitAsync(Limit);

        Assert.True((await taken.WaitAsync(Limit)).IsStored);
        Assert.NotNull((await PushAsync(south, 20)).RetryAfter);
    }

    [Fact]
    public async Task Stop_WithoutTimeLeft_SaysThatItIsNotKnown()
    {
        var south = await ConnectAsync(new IntakeSettings());
        _context.HoldReceipts();
        var taken = PushAsync(south, 1).AsTask();
        Assert.True(await _context.UntilAsync(() => _context.WaitingReceipts == 1, Limit));

        await south.DisconnectAsync(new CancellationToken(canceled: true)).WaitAsync(Limit);

        var outcome = await taken.WaitAsync(Limit);
        Assert.False(outcome.IsStored);
        Assert.Contains("may come twice", outcome.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Push_Cancelled_IsNotTaken()
    {
        var south = await ConnectAsync(new IntakeSettings());
        _context.Block();
        using var cancel = new CancellationTokenSource();
        var pushing = south.TakeAsync(ContentOf(new Reading("p", default, default)), cancel.Token).AsTask();
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pushing.WaitAsync(Limit));
        _context.Unblock();
        Assert.True((await PushAsync(south, 1)).IsStored);
        Assert.Equal(1, Assert.Single(_context.Readings).Value.AsInt64());
    }

    [Fact]
    public async Task Push_OfWhatIsNotTaken_IsRefusedInWords()
    {
        var south = await ConnectAsync(new IntakeSettings { Points = ["lab/*"], TakesFiles = false });
        var at = DateTimeOffset.UnixEpoch;

        await RefusesAsync(
            south, new ReadingsContent(default), "A push has 1 to 65536 readings, this one 0; split it.");
        await RefusesAsync(south, ContentOf(new Reading("lab/a", at, default), new Reading("oven", at, default)),
            "Reading 1: the point 'oven' is none of those that may be pushed; settings.points names them.");
        await RefusesAsync(south, ContentOf(new Reading("", at, default)),
            "Reading 0: the point's name has not 1 to 65535 bytes.");
        await RefusesAsync(south, ContentOf(new Reading("lab/a", at.ToOffset(TimeSpan.FromHours(1)), default)),
            "Reading 0: the timestamp 1970-01-01T01:00:00.0000000+01:00 is not in UTC.");
        await RefusesAsync(south, FileOf("a"), "Files are not taken here; push readings.");
        var files = await ConnectAsync(new IntakeSettings());
        await RefusesAsync(files, FileOf("../a"), "'../a' is no file name; use 1 to 255 characters without folders.");
        Assert.True((await files.TakeAsync(FileOf("a.csv"), default)).IsStored);
        Assert.Equal("a.csv", Assert.Single(_context.Files).Name);
        Assert.Empty(_context.Readings);
    }

    private static async Task RefusesAsync(IntakeSouth south, Content content, string reason) =>
        Assert.Equal(IntakeOutcome.Refused(reason), await south.TakeAsync(content, default));

    private static FileContent FileOf(string name) =>
        new(name, 1, static _ => ValueTask.FromResult<Stream>(new MemoryStream([1])));

    private static ReadingsContent ContentOf(params Reading[] readings) => new(readings);

    private static ValueTask<IntakeOutcome> PushOneAsync(IntakeSouth south, Reading reading) =>
        south.TakeAsync(ContentOf(reading), default);

    private static ValueTask<IntakeOutcome> PushAsync(IntakeSouth south, long value) =>
        PushOneAsync(south, new Reading("p", DateTimeOffset.UnixEpoch, ReadingValue.From(value)));

    private async Task<IntakeSouth> ConnectAsync(IntakeSettings settings)
    {
        var south = new IntakeSouth(_context, settings);
        await south.ConnectAsync(default);
        return south;
    }
}
