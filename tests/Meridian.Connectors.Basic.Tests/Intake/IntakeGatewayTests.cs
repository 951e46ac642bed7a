using System.Collections.Concurrent;
using Meridian.Configuration;
using Meridian.Connectors.Basic.Intake;
using Meridian.Engine;
using Meridian.Engine.Supervision;
using Meridian.Fixtures;
using Meridian.Sdk.Intakes;
using Meridian.Sdk.Readings;
using Meridian.Sdk.South;
using Meridian.Testing.Simulation;
using Microsoft.Extensions.Logging.Abstractions;

namespace Meridian.Connectors.Basic.Tests.Intake;

/// <summary>Pushes to a gateway that runs, and is killed.</summary>
public sealed class IntakeGatewayTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Pushes_AnsweredBeforeAKill_AreOnDiskOnceEach()
    {
        using var home = new TempFolder();
        var answered = new ConcurrentBag<long>();
        var (data, next) = (home.At("data0"), 0L);
        for (var round = 1; round <= 4; round++)
        {
            var north = new SimulatedNorth();
            await using var gateway = await OpenAsync(data, north);
            using var stop = new CancellationTokenSource();
            var running = gateway.RunAsync(stop.Token);
            await UntilAsync(() => gateway.GetStatus().Souths[0].Connector.State == ConnectorState.Running);
            await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
            {
                for (var i = 0; i < 25; i++)
                {
                    var value = Interlocked.Increment(ref next);
                    var reading = new Reading("p", DateTimeOffset.UnixEpoch, ReadingValue.From(value));
                    var content = new ReadingsContent(new[] { reading });
                    Assert.Equal(IntakeOutcome.Stored, await gateway.PushAsync("PUSHED", content, default));
                    answered.Add(value);
                }
            }))).WaitAsync(Limit);

            // What a kill at this moment leaves: nobody has said good-bye.
            var copy = home.At($"data{round}");
            Copy(data, copy);
            data = copy;
            await stop.CancelAsync();
            await running.WaitAsync(Limit);
        }

        await using var last = await OpenAsync(data, new SimulatedNorth());
        Assert.Equal(400, answered.Count);
        Assert.Equal(400, last.GetStatus().Souths[0].Account.Received);
    }

    [Fact]
    public async Task Pushes_ToSouthsThatTakeNone_AreRefusedInWords()
    {
        using var home = new TempFolder();
        await using var gateway = await OpenAsync(home.At("data"), new SimulatedNorth());
        var content = new ReadingsContent(new[] { new Reading("p", DateTimeOffset.UnixEpoch, default) });

        var unknown = await gateway.PushAsync("pushd", content, default);
        Assert.Contains("There is no South 'pushd' that runs", unknown.Reason, StringComparison.Ordinal);
        Assert.Null(unknown.RetryAfter);
        var fetching = await gateway.PushAsync("source", content, default);
        Assert.Equal(
            "South 'source' is of type 'simulated', which fetches its data itself; push to a South of type 'intake'.",
            fetching.Reason);

        // Not started yet.
        Assert.NotNull((await gateway.PushAsync("pushed", content, default)).RetryAfter);
    }

    private static Task<MeridianEngine> OpenAsync(string folder, SimulatedNorth north)
    {
        var config = new MeridianConfig
        {
            Souths =
            [
                new SouthConfig
                {
                    Name = "pushed", Manifest = IntakeManifest.Manifest, Settings = new IntakeSettings(), Items = [],
                },
                new SouthConfig
                {
                    Name = "source",
                    Manifest = new SimulatedSouth().Manifest,
                    Settings = new SimulatedSouthSettings(),
                    Items = [],
                },
            ],
            Norths =
            [
                new NorthConfig { Name = "n", Manifest = north.Manifest, Settings = new SimulatedNorthSettings() },
            ],
        };
        var services = new EngineServices(NullLoggerFactory.Instance, TimeProvider.System, new Random(1));
        return MeridianEngine.OpenAsync(config, folder, services, CancellationToken.None);
    }

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories)
            .Where(static file => !file.EndsWith(".lock", StringComparison.Ordinal)))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            using var source = new FileStream(
                file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var sink = File.Create(target);
            source.CopyTo(sink);
        }
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < Limit, "It did not come.");
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        }
    }
}
