using System.Collections.Concurrent;
using Meridian.Configuration;
using Meridian.Engine.Tests.Peers;
using Meridian.Sdk.Faults;
using Meridian.Sdk.Readings;
using Meridian.Sdk.South;

namespace Meridian.Engine.Tests.Setpoints;

public sealed class SetpointTests
{
    [Fact]
    public async Task Setpoint_ThatMayBeWritten_ReachesTheSourceAsItsType()
    {
        var written = new ConcurrentQueue<(string Item, ReadingValue Value)>();
        await using var gateway = await StartAsync();
        gateway.South.OnWrite = (item, value, _) =>
        {
            written.Enqueue((item.Name, value));
            return Task.FromResult(SetpointOutcome.Written);
        };

        var outcome = await WriteAsync(gateway, "S", "speed", ReadingValue.From(12L));

        Assert.Equal(SetpointOutcome.Written, outcome);
        Assert.Equal([("speed", ReadingValue.From(12.0))], written);
    }

    [Theory]
    [InlineData("x", "speed", 1.0, "There is no South 'x' that runs; ")]
    [InlineData("s", "sped", 1.0, "did you mean 'speed'?")]
    [InlineData("s", "all", 1.0, "is not to be written to")]
    [InlineData("s", "speed", 100.5, "100.5 is more than 100")]
    [InlineData("s", "speed", -1.0, "-1 is less than 0")]
    [InlineData("s", "speed", double.NaN, "takes a finite number")]
    [InlineData("s", "count", 1.5, "takes a whole number")]
    [InlineData("s", "on", 1.0, "takes true or false")]
    [InlineData("s", "name", 1.0, "takes a text")]
    public async Task Setpoint_ThatMayNot_IsRefusedInWordsAndNotWritten(
        string south, string item, double value, string words)
    {
        await using var gateway = await StartAsync();
        gateway.South.OnWrite = static (_, _, _) => throw new InvalidOperationException("It was written.");

        var outcome = await WriteAsync(gateway, south, item, ReadingValue.From(value));

        Assert.False(outcome.IsWritten);
        Assert.Contains(words, outcome.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Setpoints_ComeOneAtATimeAndABoundedNumberWaits()
    {
        var (running, most) = (0, 0);
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var gateway = await StartAsync();
        gateway.South.OnWrite = async (_, _, _) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref running));
            await gate.Task;
            Interlocked.Decrement(ref running);
            return SetpointOutcome.Written;
        };

        var writes = Enumerable.Range(0, 150)
            .Select(_ => WriteAsync(gateway, "s", "speed", ReadingValue.From(1.0)))
            .ToArray();
        gate.SetResult();
        var outcomes = await Task.WhenAll(writes);

        Assert.Equal((1, 100), (most, outcomes.Count(static one => one.IsWritten)));
        Assert.All(
            outcomes.Where(static one => !one.IsWritten),
            one => Assert.Equal("100 setpoints wait already; send fewer at once.", one.Reason));
    }

    [Fact]
    public async Task Setpoint_ThatTheSourceDoesNotAnswer_IsGivenUpAndUnknown()
    {
        await using var gateway = await StartAsync();
        gateway.South.OnWrite = static async (_, _, stop) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, stop);
            return SetpointOutcome.Written;
        };

        var writing = WriteAsync(gateway, "s", "speed", ReadingValue.From(1.0));
        await gateway.UntilLaterAsync(() => writing.IsCompleted);

        Assert.Contains("is unknown", (await writing).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Setpoint_WhileTheSouthIsAway_IsRefusedAndNotKept()
    {
        var writes = 0;
        await using var gateway = await StartAsync();
        gateway.South.OnWrite = (_, _, _) =>
        {
            Interlocked.Increment(ref writes);
            return Task.FromResult(SetpointOutcome.Written);
        };
        gateway.South.OnConnect = static _ => throw new ConnectorException(Fault.Unreachable, "Away.");
        gateway.South.Context.ReportLost(new ConnectorException(Fault.Unreachable, "Away."));
        await gateway.UntilLaterAsync(() => gateway.South.Connects > 2);

        var outcome = await WriteAsync(gateway, "s", "speed", ReadingValue.From(1.0));
        gateway.South.OnConnect = static _ => Task.CompletedTask;
        var connects = gateway.South.Connects;
        await gateway.UntilLaterAsync(() => gateway.South.Connects > connects);

        Assert.Equal("It is not connected; nothing was written.", outcome.Reason);
        Assert.Equal(0, writes);
    }

    private static Task<SetpointOutcome> WriteAsync(
        TestGateway gateway, string south, string item, ReadingValue value) =>
        gateway.South.Context.Setpoints!.WriteAsync(new SetpointRequest(south, item, value), CancellationToken.None);

    private static async Task<TestGateway> StartAsync()
    {
        var gateway = new TestGateway();
        gateway.Config = new MeridianConfig
        {
            Souths =
            [
                gateway.South.Config(
                    "s",
                    SouthPeer.Subscribed("all"),
                    Writable("speed", new SetpointConfig { Min = 0, Max = 100 }),
                    Writable("count", new SetpointConfig { Type = SetpointType.Whole }),
                    Writable("on", new SetpointConfig { Type = SetpointType.Boolean }),
                    Writable("name", new SetpointConfig { Type = SetpointType.Text })),
            ],
        };
        await gateway.RunAsync();
        return gateway;
    }

    private static ItemConfig Writable(string name, SetpointConfig setpoint) =>
        SouthPeer.Subscribed(name) with { Setpoint = setpoint };
}
