using System.Collections.Concurrent;
using System.Diagnostics;
using Meridian.Engine.Supervision;
using Meridian.Engine.Tests.Peers;
using Meridian.Sdk.Intakes;
using Meridian.Sdk.North;
using Meridian.Sdk.Readings;

namespace Meridian.Engine.Tests.Telemetry;

/// <summary>What listeners see of a running engine.</summary>
public sealed class MetricsTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly NorthPeer _north = new();
    private bool _isShut;

    public MetricsTests() => _north.Answer(_ => Volatile.Read(ref _isShut)
        ? DeliveryOutcome.Retry("Shut.", 10 * Second)
        : DeliveryOutcome.Delivered);

    [Fact]
    public async Task Flow_WithAListener_IsCountedAndTimed()
    {
        using var instruments = new Instruments("flow-");
        await using var gateway = await StartAsync("flow-", SouthPeer.Subscribed("all"));

        await OfferAsync(gateway, age: 3 * Second, "press", "press", null);

        await gateway.UntilAsync(() => gateway.Account.Delivered == 3);
        Assert.Equal(2, instruments["received flow-s press"]);
        Assert.Equal(1, instruments["received flow-s"]);
        Assert.Equal(3, instruments["delivered flow-n"]);
        Assert.Equal(0, instruments["quarantined flow-n"]);
        Assert.Equal(0, instruments["lag.data flow-n"]);
        Assert.Equal(0, instruments["lag.bytes flow-n"]);
        Assert.Equal(0, instruments["lag.time flow-n"]);
        Assert.Equal(1, instruments["connector.state flow-s running"]);
        Assert.Equal(0, instruments["connector.state flow-s degraded"]);
        Assert.Equal(1, instruments["connector.state flow-n running"]);
        Assert.Equal(1, instruments["account.balanced flow-n"]);
        Assert.Equal(3, instruments.Count("store.latency flow-s"));
        Assert.InRange(instruments["store.latency flow-s"]!.Value, 3, 3.5);
        Assert.Equal(1, instruments.Count("delivery.latency flow-n"));
        Assert.Equal(1, instruments.Count("delivery.duration flow-n delivered"));
    }

    [Fact]
    public async Task North_ThatIsBehind_ShowsByHowMuchInDataBytesAndTime()
    {
        using var instruments = new Instruments("behind-");
        await using var gateway = await StartAsync("behind-", SouthPeer.Subscribed("all"));
        Volatile.Write(ref _isShut, true);

        await OfferAsync(gateway, age: Second, "press", null);
        await gateway.UntilAsync(() => gateway.NorthState().State == ConnectorState.Retrying);
        var begin = gateway.Clock.TrueNow;
        await gateway.UntilLaterAsync(() => gateway.Clock.TrueNow - begin >= 60 * Second, Second);

        Assert.Equal(2, instruments["lag.data behind-n"]);
        Assert.InRange(instruments["lag.time behind-n"]!.Value, 60, 62);
        Assert.InRange(instruments["lag.bytes behind-n"]!.Value, 10, 1_000);
        Assert.True(instruments["retried behind-n"] >= 5);
        Assert.Equal(1, instruments["connector.state behind-n retrying"]);

        Volatile.Write(ref _isShut, false);
        await gateway.UntilLaterAsync(() => gateway.Account.Delivered == 2, Second);
        Assert.InRange(instruments["delivery.latency behind-n"]!.Value, 60, 80);
    }

    [Fact]
    public async Task Queries_WithAListener_AreTimedAndSpans()
    {
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name is "Meridian.Engine",
            Sample = static (ref _) => ActivitySamplingResult.AllData,
            ActivityStopped = span =>
            {
                if ((span.GetTagItem("south") ?? span.GetTagItem("north")) is string name
                    && name.StartsWith("asked-", StringComparison.Ordinal))
                {
                    spans.Enqueue(span);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        using var instruments = new Instruments("asked-");
        await using var gateway = new TestGateway();
        gateway.South.OnLastPoint = static (items, _) => ValueTask.FromResult(new ReadingsContent(
            items.Select(static item => new Reading(item.Name, default, ReadingValue.From(1L))).ToArray()));
        gateway.Config = new()
        {
            Souths = [gateway.South.Config("asked-s", SouthPeer.Polled("a", Second, "press"))],
            Norths = [_north.Config("asked-n")],
        };
        await gateway.RunAsync();

        await gateway.UntilLaterAsync(() => gateway.Account.Delivered >= 3);

        var query = spans.First(static span => span.OperationName is "query asked-s");
        Assert.Equal(ActivityKind.Client, query.Kind);
        Assert.Equal("press", query.GetTagItem("group"));
        Assert.Equal(1, query.GetTagItem("meridian.items"));
        Assert.Equal(ActivityStatusCode.Unset, query.Status);
        var delivery = spans.First(static span => span.OperationName is "deliver asked-n");
        Assert.Equal("delivered", delivery.GetTagItem("meridian.outcome"));
        Assert.Equal("readings", delivery.GetTagItem("meridian.content"));
        Assert.True(instruments.Count("query.duration asked-s answered") >= 3);
        Assert.InRange(
            instruments["skipped_ticks asked-s"]!.Value, 0, gateway.Engine.GetStatus().Souths[0].Counters.SkippedTicks);
    }

    [Fact]
    public async Task Delivery_ThatIsAskedToBeRepeated_IsASpanOfAnError()
    {
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name is "Meridian.Engine",
            Sample = static (ref _) => ActivitySamplingResult.AllData,
            ActivityStopped = span =>
            {
                if (span.GetTagItem("north") is "refused-n")
                {
                    spans.Enqueue(span);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        await using var gateway = await StartAsync("refused-", SouthPeer.Subscribed("all"));
        Volatile.Write(ref _isShut, true);

        await OfferAsync(gateway, age: Second, "press");

        await gateway.UntilAsync(() => !spans.IsEmpty);
        var span = spans.First();
        Assert.Equal((ActivityStatusCode.Error, "Shut."), (span.Status, span.StatusDescription));
        Assert.Equal("retry", span.GetTagItem("meridian.outcome"));
    }

    private static async Task OfferAsync(TestGateway gateway, TimeSpan age, params string?[] groups)
    {
        var at = gateway.Clock.GetUtcNow() - age;
        var readings = groups.Select(_ => new Reading("p", at, ReadingValue.From(1L))).ToArray();
        var content = new ReadingsContent(readings)
        {
            Groups = [.. groups.Select(static group => new GroupRun(1, group))],
        };
        await gateway.South.Context.Intakes.OfferAsync(new Intake(content), default);
        await gateway.UntilAsync(() => gateway.Account.Received == groups.Length);
    }

    private async Task<TestGateway> StartAsync(string prefix, Meridian.Configuration.ItemConfig item)
    {
        var gateway = new TestGateway();
        gateway.Config = new()
        {
            Souths = [gateway.South.Config(prefix + "s", item)],
            Norths = [_north.Config(prefix + "n")],
        };
        await gateway.RunAsync();
        return gateway;
    }
}
