using System.Diagnostics.CodeAnalysis;
using Meridian.Connectors.Sqlite.South;
using Meridian.Fixtures;
using Meridian.Sdk.Faults;

namespace Meridian.Connectors.Sqlite.Tests.South;

/// <summary>When a call is interrupted and when it is left, by a clock whose ticks come when told.</summary>
public sealed class BlockingCallsTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    private readonly TickingClock _clock = new();
    private readonly ManualResetEventSlim _begun = new();
    private readonly ManualResetEventSlim _released = new();
    private readonly BlockingCalls _calls;
    private int _interruptCount;

    public BlockingCallsTests() => _calls = new BlockingCalls(
        _clock, () => _interruptCount++, static () => new ConnectorException(Fault.Unreachable, "It hangs."));

    /// <summary>A timer that is set anew does not take back a tick that waits for a thread.</summary>
    [Fact]
    public async Task Tick_OfTheRunBefore_DoesNotInterrupt()
    {
        await _calls.RunAsync(Limit, () => Task.FromResult(_calls.Call(1, static one => one)));
        _clock.Tick();
        _clock.Pass(Limit);
        var asking = BlockAsync();

        _clock.Tick();

        Assert.Equal((0, Limit), (_interruptCount, _clock.Due));
        _released.Set();
        Assert.Equal(1, await asking.WaitAsync(Deadline.Default, TimeProvider.System));
    }

    [Fact]
    public async Task Ticks_OneUponTheOther_LeaveTheCallItsGrace()
    {
        var asking = BlockAsync();
        _clock.Pass(Limit);
        _clock.Tick();

        _clock.Tick();
        _clock.Pass(BlockingCalls.Grace / 2);
        _clock.Tick();

        Assert.Equal((1, BlockingCalls.Grace / 2), (_interruptCount, _clock.Due));
        _released.Set();
        Assert.Equal(1, await asking.WaitAsync(Deadline.Default, TimeProvider.System));
        Assert.Null(_calls.Left);
    }

    [Fact]
    public async Task Interrupt_LeavesTheCallItsGraceAndThenIt()
    {
        var asking = BlockAsync();

        _calls.Interrupt();
        _clock.Tick();
        Assert.Equal((1, BlockingCalls.Grace), (_interruptCount, _clock.Due));
        _clock.Pass(BlockingCalls.Grace);
        _clock.Tick();

        await Assert.ThrowsAsync<ConnectorException>(() => asking.WaitAsync(Deadline.Default, TimeProvider.System));
        Assert.NotNull(_calls.Left);
        _released.Set();
        await Assert.ThrowsAsync<OperationCanceledException>(
            () => _calls.Left.WaitAsync(Deadline.Default, TimeProvider.System));
    }

    /// <summary>While the pool has no thread to say that the call was left, the call comes back.</summary>
    [Fact]
    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "Threads use it.")]
    public async Task Call_ThatComesBackAsItIsLeft_WasLeft()
    {
        var asking = BlockAsync();
        var pool = new ManualResetEventSlim();
        for (var i = 0; i < 8 * Environment.ProcessorCount; i++)
        {
            ThreadPool.QueueUserWorkItem(_ => pool.Wait(Deadline.Default));
        }

        _clock.Pass(Limit);
        _clock.Tick();
        _clock.Pass(BlockingCalls.Grace);
        _clock.Tick();
        _released.Set();
        SpinWait.SpinUntil(() => asking.IsCompleted, TimeSpan.FromSeconds(2));
        pool.Set();

        await Assert.ThrowsAsync<ConnectorException>(() => asking.WaitAsync(Deadline.Default, TimeProvider.System));
        Assert.NotNull(_calls.Left);
    }

    public void Dispose()
    {
        _calls.Dispose();
        _clock.Dispose();
        _begun.Dispose();
        _released.Dispose();
    }

    private Task<int> BlockAsync()
    {
        var asking = _calls.RunAsync(Limit, () => Task.FromResult(_calls.Call(1, one =>
        {
            _begun.Set();
            _released.Wait(Deadline.Default);
            return one;
        })));
        Assert.True(_begun.Wait(Deadline.Default));
        return asking;
    }

    /// <summary>Ticks when told, whatever the timer was set to.</summary>
    private sealed class TickingClock : TimeProvider, ITimer
    {
        private long _now = TimeSpan.TicksPerDay;
        private TimerCallback? _callback;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        /// <summary>What the timer was last set to.</summary>
        public TimeSpan Due { get; private set; }

        public override long GetTimestamp() => Interlocked.Read(ref _now);

        public override ITimer CreateTimer(
            TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _callback = callback;
            return this;
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Due = dueTime;
            return true;
        }

        public void Pass(TimeSpan time) => Interlocked.Add(ref _now, time.Ticks);

        public void Tick() => _callback?.Invoke(null);

        public void Dispose()
        {
            // Ticks that are on their way come nevertheless.
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
