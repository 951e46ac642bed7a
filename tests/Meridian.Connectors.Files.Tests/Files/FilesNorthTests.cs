using System.Text;
using Meridian.Connectors.Files.Files;
using Meridian.Sdk.Faults;
using Meridian.Sdk.Settings;

namespace Meridian.Connectors.Files.Tests.Files;

public sealed class FilesNorthTests : IDisposable
{
    private const string First = "values-20261121T101500Z-000001.csv";

    private readonly OutFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Stop_AfterDeliveries_LeavesOneCompleteFile()
    {
        var context = new FakeNorthContext();
        using var north = Make(context);
        await north.ConnectAsync(CancellationToken.None);

        var outcome = await context.DeliverUpToAsync(north, 2);
        Assert.Equal([First + ".part"], _folder.Names);
        await context.DeliverUpToAsync(north, 3);
        await north.DisconnectAsync(CancellationToken.None);
        await north.StopAsync(CancellationToken.None);

        Assert.True(context.IsConnected);
        Assert.StartsWith("1 ", Encoding.UTF8.GetString(outcome.State.Span), StringComparison.Ordinal);
        Assert.Equal([First], _folder.Names);
        Assert.Equal(
            "timestamp,point,value,quality\r\n1970-01-01T00:00:00.0000000Z,p,0,good\r\n"
            + "1970-01-01T00:00:01.0000000Z,p,1,good\r\n1970-01-01T00:00:02.0000000Z,p,2,good\r\n",
            await File.ReadAllTextAsync(_folder.Join(First)));
    }

    [Fact]
    public async Task Deliver_BeyondTheSize_BeginsTheNextFile()
    {
        var context = new FakeNorthContext();
        using var north = Make(context, maxBytes: 1_024);
        await north.ConnectAsync(CancellationToken.None);

        for (var end = 10; end <= 100; end += 10)
        {
            await context.DeliverUpToAsync(north, end);
        }

        await north.DisconnectAsync(CancellationToken.None);
        await north.StopAsync(CancellationToken.None);

        Assert.Equal(5, _folder.Names.Length);
        Assert.Equal("values-20261121T101500Z-000005.csv", _folder.Names[4]);
        Assert.All(_folder.Names, name => Assert.InRange(new FileInfo(_folder.Join(name)).Length, 1, 1_024));
        Assert.Equal(Enumerable.Range(0, 100), _folder.Values());
    }

    [Fact]
    public async Task Due_WithoutData_TheFileIsCompleted()
    {
        using var log = new WaitingLoggerFactory();
        var context = new FakeNorthContext { Loggers = log };
        using var north = Make(context);
        await north.ConnectAsync(CancellationToken.None);
        await context.DeliverUpToAsync(north, 2);

        context.Clock.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal([First + ".part"], _folder.Names);
        var completed = log.WaitForAsync(EventIds.FileCompleted);
        context.Clock.Advance(TimeSpan.FromMinutes(1));
        await completed.WaitAsync(TimeSpan.FromSeconds(10));

        Assert.Equal([First], _folder.Names);
        await context.DeliverUpToAsync(north, 3);
        await north.DisconnectAsync(CancellationToken.None);
        await north.StopAsync(CancellationToken.None);
        Assert.Equal([0, 1, 2], _folder.Values());
    }

    [Fact]
    public async Task Due_DeliveryNotNotedYet_TheFileWaits()
    {
        var context = new FakeNorthContext();
        using var north = Make(context);
        await north.ConnectAsync(CancellationToken.None);
        await context.DeliverUpToAsync(north, 2);
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        // Delivered, but the engine has not said so: what becomes durable now is the state before.
        await north.HandleValuesAsync(FakeNorthContext.Batch(2, 3), CancellationToken.None);
        context.OnPersist = () => asked.TrySetResult();
        context.Clock.Advance(TimeSpan.FromHours(1));
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(10));
        await north.DisconnectAsync(CancellationToken.None);

        Assert.Equal([First + ".part"], _folder.Names);
    }

    [Fact]
    public async Task Reconnect_WithinOneLife_LosesNothingThatWasDelivered()
    {
        var context = new FakeNorthContext();
        using var north = Make(context);
        await north.ConnectAsync(CancellationToken.None);
        await context.DeliverUpToAsync(north, 5);
        Assert.Equal(0, context.DurableCount);

        await north.DisconnectAsync(CancellationToken.None);
        await north.ConnectAsync(CancellationToken.None);
        await context.DeliverUpToAsync(north, 8);
        await north.DisconnectAsync(CancellationToken.None);
        await north.StopAsync(CancellationToken.None);

        Assert.Equal([First], _folder.Names);
        Assert.Equal(Enumerable.Range(0, 8), _folder.Values());
    }

    [Fact]
    public async Task Connect_PartOfAnotherNorth_IsRefused()
    {
        var context = new FakeNorthContext();
        using var north = Make(context);
        await north.ConnectAsync(CancellationToken.None);
        await context.DeliverUpToAsync(north, 1);
        using var other = Make(new FakeNorthContext());

        var fault = await Assert.ThrowsAsync<ConnectorException>(() => other.ConnectAsync(CancellationToken.None));

        Assert.Equal(Fault.Unreachable, fault.Fault);
        Assert.Equal([First + ".part"], _folder.Names);
    }

    [Fact]
    public async Task Connect_UnknownPartAtTheFirstStart_IsSetAsideAndForeignFilesStay()
    {
        await File.WriteAllTextAsync(_folder.Join("values-20200101T000000Z-000007.csv.part"), "x");
        await File.WriteAllTextAsync(_folder.Join("values-mine.csv.part"), "x");
        await File.WriteAllTextAsync(_folder.Join("other-20200101T000000Z-000009.csv.part"), "x");
        var context = new FakeNorthContext();
        using var north = Make(context);

        await north.ConnectAsync(CancellationToken.None);
        await context.DeliverUpToAsync(north, 1);

        Assert.Equal(
            [
                "other-20200101T000000Z-000009.csv.part", "values-20200101T000000Z-000007.csv.orphan",
                "values-20261121T101500Z-000008.csv.part", "values-mine.csv.part",
            ],
            _folder.Names);
    }

    [Fact]
    public async Task Connect_PartShorterThanDelivered_IsSetAsideAndSaid()
    {
        using var log = new WaitingLoggerFactory();
        await File.WriteAllTextAsync(_folder.Join(First + ".part"), "timestamp");
        var said = log.WaitForAsync(EventIds.PartShorter);
        var state = Encoding.UTF8.GetBytes("1 500 " + First);
        using var north = Make(new FakeNorthContext(state: state) { Loggers = log });

        await north.ConnectAsync(CancellationToken.None);

        Assert.True(said.IsCompleted);
        Assert.Equal([First + ".orphan"], _folder.Names);
    }

    [Fact]
    public async Task Connect_StateOfAnotherVersion_IsMisconfigured()
    {
        using var north = Make(new FakeNorthContext(state: "2 x"u8.ToArray()));

        var fault = await Assert.ThrowsAsync<ConnectorException>(() => north.ConnectAsync(CancellationToken.None));

        Assert.Equal(Fault.Misconfigured, fault.Fault);
    }

    [Fact]
    public void Check_EverythingWrong_IsReportedAtOnce()
    {
        var settings = new FilesNorthSettings
        {
            Directory = " ",
            Prefix = "../x",
            MaxFileSize = new ByteSize(1),
            MaxFileAge = TimeSpan.Zero,
        };

        var problems = FilesNorthManifest.Manifest.Check(settings).ToList();

        Assert.Equal(4, problems.Count);
        Assert.Empty(FilesNorthManifest.Manifest.Check(new FilesNorthSettings { Directory = "out" }));
    }

    private FilesNorth Make(FakeNorthContext context, long maxBytes = 1 << 20) => new(
        context, new FilesNorthSettings { Directory = _folder.Path, MaxFileSize = new ByteSize(maxBytes) });
}
