using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Meridian.Fixtures;
using Meridian.Formats.Certificates;

namespace Meridian.Formats.Tests.Certificates;

/// <summary>Reads that hang while another would not, as on a share that is mounted anew.</summary>
public sealed class FileReadsTests
{
    private const int MaxBytes = 100;

    private readonly HandClock _clock = new();

    // What reads give, in the order in which they begin.
    private readonly ConcurrentQueue<Task<byte[]>> _answers = new();

    [Fact]
    public async Task File_ThatHangs_IsReadAnewAfterAMinute()
    {
        var old = new TaskCompletionSource<byte[]>();
        var reads = new FileReads(_clock, Answer);
        _answers.Enqueue(old.Task);
        var hanging = reads.ReadAsync("ca.pem", MaxBytes, CancellationToken.None);
        await Deadline.UntilAsync(() => _answers.IsEmpty, "it is being read");
        _answers.Enqueue(Task.FromResult<byte[]>([2]));

        _clock.Advance(TimeSpan.FromSeconds(59));
        var joined = reads.ReadAsync("ca.pem", MaxBytes, CancellationToken.None);
        Assert.Equal(1, reads.CountOf("ca.pem", MaxBytes));
        _clock.Advance(TimeSpan.FromSeconds(1));
        var anew = reads.ReadAsync("ca.pem", MaxBytes, CancellationToken.None);

        Assert.Equal([2], await anew.WaitAsync(Deadline.Default));
        Assert.False(hanging.IsCompleted || joined.IsCompleted);
        old.SetResult([1]);
        Assert.Equal([1], await hanging.WaitAsync(Deadline.Default));
        Assert.Equal([1], await joined.WaitAsync(Deadline.Default));
        Assert.Equal(0, reads.CountOf("ca.pem", MaxBytes));
    }

    [Fact]
    public async Task File_ThatHangsForLong_TakesFourReadsAtMost()
    {
        var away = new TaskCompletionSource<byte[]>();
        var reads = new FileReads(_clock, (_, _) => Await(away.Task));
        var all = new List<Task<byte[]>>();
        var counts = new List<int>();

        for (var minute = 0; minute < 6; minute++)
        {
            all.Add(reads.ReadAsync("ca.pem", MaxBytes, CancellationToken.None));
            counts.Add(reads.CountOf("ca.pem", MaxBytes));
            _clock.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal([1, 2, 3, 4, 4, 4], counts);
        away.SetResult([1]);
        Assert.All(await Task.WhenAll(all).WaitAsync(Deadline.Default), static bytes => Assert.Equal([1], bytes));
        Assert.Equal(0, reads.CountOf("ca.pem", MaxBytes));
    }

    [SuppressMessage(
        "Usage",
        "VSTHRD002:Avoid problematic synchronous waits",
        Justification = "It hangs as a read of a file does, on the read's own thread.")]
    private static byte[] Await(Task<byte[]> answer)
    {
        answer.Wait(Deadline.Default);
        return answer.Result;
    }

    private byte[] Answer(string file, int maxBytes) =>
        _answers.TryDequeue(out var answer) ? Await(answer) : throw new IOException("It is read once too often.");

    private sealed class HandClock : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        public void Advance(TimeSpan time) => _ticks += time.Ticks;
    }
}
