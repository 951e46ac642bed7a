using System.Collections.Concurrent;
using Meridian.Engine.Supervision;
using Meridian.Engine.Tests.Peers;
using Meridian.Sdk.Faults;
using Meridian.Sdk.Intakes;
using Meridian.Sdk.Readings;
using Meridian.Sdk.South;

namespace Meridian.Engine.Tests.Souths;

public sealed class PollingTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly NorthPeer _north = new();
    private long _given;

    [Fact]
    public async Task Items_OnSchedules_AreAskedForInTheirUnitsAndStored()
    {
        var asked = new ConcurrentQueue<string>();
        await using var gateway = await StartAsync(
            (items, _) =>
            {
                asked.Enqueue(string.Join(',', items.Select(static item => item.Name)));
                return ValueTask.FromResult(ReadAll(items));
            },
            SouthPeer.Polled("a", Second),
            SouthPeer.Polled("b", Second),
            SouthPeer.Polled("c", Second, "press"),
            SouthPeer.Polled("d", 10 * Second));

        await gateway.UntilLaterAsync(() => asked.Count(static one => one is "a,b") >= 30);
        await gateway.UntilAsync(() => gateway.Account.Waiting == 0);

        Assert.Equal(
            ["a,b", "c", "d"],
            asked.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
            StringComparer.Ordinal);
        Assert.InRange(asked.Count(static one => one is "c"), 29, 32);
        Assert.InRange(asked.Count(static one => one is "d"), 3, 5);
        Assert.True(gateway.Account.IsBalanced);
        Assert.Equal(gateway.Account.Received, _north.Stored.Count);
    }

    [Fact]
    public async Task Unit_StillRunning_IsSkippedAndCountedAndNeverQueuedTwice()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var calls = 0;
        await using var gateway = await StartAsync(
            async (items, _) =>
            {
                Interlocked.Increment(ref calls);
                await gate.Task;
                return ReadAll(items);
            },
            SouthPeer.Polled("a", Second));
        await gateway.UntilAsync(() => calls == 1);

        await gateway.UntilLaterAsync(() => Skipped(gateway) >= 10);
        Assert.Equal(1, calls);

        gate.SetResult();
        await gateway.UntilLaterAsync(() => calls == 3);
        Assert.InRange(Skipped(gateway), 10, 20);
    }

    [Fact]
    public async Task Query_FailsForNow_ReconnectsAndGoesOn()
    {
        var calls = 0;
        await using var gateway = await StartAsync(
            (items, _) => Interlocked.Increment(ref calls) == 2
                ? throw new ConnectorException(Fault.Unreachable, "It does not answer.")
                : ValueTask.FromResult(ReadAll(items)),
            SouthPeer.Polled("a", Second));

        await gateway.UntilLaterAsync(() => calls >= 5 && gateway.Account.Delivered >= 4);

        Assert.Equal((2, 1), (gateway.South.Connects, gateway.South.Instances));
    }

    [Fact]
    public async Task Query_IsRefused_IsTheItemsOwnFaultAndTheOthersGoOn()
    {
        var isRefusing = true;
        await using var gateway = await StartAsync(
            (items, _) => Volatile.Read(ref isRefusing) && items[0].Name is "bad"
                ? throw new ConnectorException(Fault.Rejected, "There is no register 'bad'.")
                : ValueTask.FromResult(ReadAll(items)),
            SouthPeer.Polled("bad", Second, "1"),
            SouthPeer.Polled("good", Second, "2"));

        await gateway.UntilLaterAsync(() => gateway.Account.Delivered >= 3);
        var south = gateway.Engine.GetStatus().Souths[0];
        Assert.Equal("There is no register 'bad'.", Assert.Single(south.ItemProblems).Value);
        Assert.Equal((ConnectorState.Running, 1), (south.Connector.State, gateway.South.Connects));

        Volatile.Write(ref isRefusing, false);
        await gateway.UntilLaterAsync(() => gateway.Engine.GetStatus().Souths[0].ItemProblems.Count == 0);
    }

    [Fact]
    public async Task Query_IsStillBeingStored_IsNotFollowedByTheNext()
    {
        // One array for all queries, as the contract allows: whoever asks too early destroys what is not yet encoded.
        var array = new Reading[1000];
        await using var gateway = await StartAsync(
            (_, _) =>
            {
                for (var i = 0; i < array.Length; i++)
                {
                    array[i] = new Reading("p", DateTimeOffset.UnixEpoch, ReadingValue.From(_given++));
                }

                return ValueTask.FromResult(new ReadingsContent(array));
            },
            SouthPeer.Polled("a", TimeSpan.FromMilliseconds(10)));

        // The peer compares each value with its position.
        await gateway.UntilLaterAsync(() => gateway.Account.Delivered >= 50_000, TimeSpan.FromMilliseconds(10));
    }

    private static long Skipped(TestGateway gateway) => gateway.Engine.GetStatus().Souths[0].Counters.SkippedTicks;

    private ReadingsContent ReadAll(IReadOnlyList<Item> items)
    {
        lock (_north)
        {
            return new ReadingsContent(items
                .Select(item => new Reading(item.Name, DateTimeOffset.UnixEpoch, ReadingValue.From(_given++)))
                .ToArray());
        }
    }

    private async Task<TestGateway> StartAsync(
        Func<IReadOnlyList<Item>, CancellationToken, ValueTask<ReadingsContent>> answer,
        params Meridian.Configuration.ItemConfig[] items)
    {
        var gateway = new TestGateway();
        gateway.South.OnLastPoint = answer;
        gateway.Config = new() { Souths = [gateway.South.Config("s", items)], Norths = [_north.Config("n")] };
        await gateway.RunAsync();
        return gateway;
    }
}
