using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;
using Meridian.Benchmarks.Instruments;
using Meridian.Journal;
using Meridian.Journal.Cursors;
using Meridian.Readings;
using Meridian.Sdk.Readings;

namespace Meridian.Benchmarks.Journal;

/// <summary>The works of the journal and of its rivals, each in a new place on one disk, for a set time.</summary>
internal sealed class JournalWorks(string root, TimeSpan duration)
{
    private const int BatchReadings = 1000;
    private const int SmallBytes = 100;

    private static TimeProvider Time => TimeProvider.System;

    public static JournalOptions Options(string folder) => new() { Folder = folder, MaxBytes = 1L << 40 };

    /// <summary>Readings as structs, encoded, appended and flushed; so many batches may be on their way to the
    /// disk.</summary>
    [SuppressMessage(
        "Reliability",
        "CA2012:Use ValueTasks correctly",
        Justification = "Each is awaited once, before its place in the ring is taken by the next.")]
    public async Task<string> ReadingsAsync(int window)
    {
        var batches = Batches();
        await using var log = await JournalLog.OpenAsync(Options(At($"readings-{window}")));
        var source = log.Source("plant");
        var encoder = new ReadingsEncoder();
        var payloads = Enumerable.Range(0, window).Select(static _ => new ArrayBufferWriter<byte>()).ToArray();
        var pending = new ValueTask<JournalPosition>[window];
        var before = 0L;
        var rate = await RunAsync(BatchReadings, StepAsync);
        var allocated = GC.GetTotalAllocatedBytes() - before;
        for (var i = 0; i < window; i++)
        {
            _ = await pending[i];
        }

        var status = log.Status;
        return $"{rate}, {Figure((double)status.Bytes / status.Data)} bytes on disk a reading, "
            + $"{Figure(allocated / (double)rate.Count)} bytes allocated a reading";

        [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
        async ValueTask StepAsync(int i)
        {
            before = i == 0 ? GC.GetTotalAllocatedBytes() : before;
            _ = await pending[i % window];
            var payload = payloads[i % window];
            payload.ResetWrittenCount();
            encoder.Add(batches[i % batches.Length]);
            encoder.Finish(payload);
            pending[i % window] = log.AppendAsync(source, BatchReadings, payload.WrittenMemory, 1);
        }
    }

    /// <summary>The same blob into SQLite, one row a batch.</summary>
    public async Task<string> SqliteBlobAsync()
    {
        var batches = Batches();
        using var sqlite = new Sqlite(At("blob.db"));
        sqlite.Execute("CREATE TABLE batches(id INTEGER PRIMARY KEY, body BLOB)");
        using var insert = sqlite.Prepare("INSERT INTO batches(body) VALUES(?)");
        var encoder = new ReadingsEncoder();
        var payload = new ArrayBufferWriter<byte>();
        return $"{await RunAsync(BatchReadings, i =>
        {
            payload.ResetWrittenCount();
            encoder.Add(batches[i % batches.Length]);
            encoder.Finish(payload);
            insert.Bind(1, payload.WrittenSpan);
            insert.Run();
            return ValueTask.CompletedTask;
        })}";
    }

    /// <summary>The same readings into SQLite, one row each, one transaction a batch.</summary>
    public async Task<string> SqliteRowsAsync()
    {
        var batches = Batches();
        using var sqlite = new Sqlite(At("rows.db"));
        sqlite.Execute(
            "CREATE TABLE readings(id INTEGER PRIMARY KEY, point TEXT, time INTEGER, value, quality INTEGER)");
        using var insert = sqlite.Prepare("INSERT INTO readings(point, time, value, quality) VALUES(?, ?, ?, ?)");
        return $"{await RunAsync(BatchReadings, i =>
        {
            sqlite.Execute("BEGIN");
            foreach (var reading in batches[i % batches.Length])
            {
                Insert(insert, reading);
            }

            sqlite.Execute("COMMIT");
            return ValueTask.CompletedTask;
        })}";
    }

    /// <summary>The same encoded bytes to a bare file with fdatasync.</summary>
    public async Task<string> RawBatchesAsync()
    {
        var batches = Batches();
        using var file = new RawFile(At("raw-batches"));
        var encoder = new ReadingsEncoder();
        var payload = new ArrayBufferWriter<byte>();
        return $"{await RunAsync(BatchReadings, i =>
        {
            payload.ResetWrittenCount();
            encoder.Add(batches[i % batches.Length]);
            encoder.Finish(payload);
            file.Append(payload.WrittenSpan);
            return ValueTask.CompletedTask;
        })}";
    }

    /// <summary>100 bytes, written and flushed, one after the other.</summary>
    public async Task<string> RawSmallAsync()
    {
        using var file = new RawFile(At("raw-small"));
        var bytes = new byte[SmallBytes];
        return $"{await RunAsync(1, _ =>
        {
            file.Append(bytes);
            return ValueTask.CompletedTask;
        })}";
    }

    /// <summary>100 bytes, appended and awaited by some writers at once.</summary>
    public async Task<string> SmallAsync(int writers)
    {
        await using var log = await JournalLog.OpenAsync(Options(At($"small-{writers}")));
        var source = log.Source("plant");
        var bytes = new byte[SmallBytes];
        var before = GC.GetTotalAllocatedBytes();
        var rates = await Task.WhenAll(Enumerable.Range(0, writers).Select(_ => Task.Run(WriteAsync)));
        var rate = rates.Aggregate(static (a, b) => a with { Count = a.Count + b.Count });
        var status = log.Status;
        return $"{rate}, {Figure(1000.0 * status.Fsyncs / status.Appends)} fsyncs per 1,000 appends, "
            + $"{Figure((GC.GetTotalAllocatedBytes() - before) / (double)rate.Count)} bytes allocated an append";

        async Task<Rate> WriteAsync()
        {
            var started = Time.GetTimestamp();
            var count = 0;
            for (; Time.GetElapsedTime(started) < duration; count++)
            {
                _ = await log.AppendAsync(source, 1, bytes);
            }

            return new Rate(count, Time.GetElapsedTime(started));
        }
    }

    /// <summary>100 bytes into SQLite, a transaction each.</summary>
    public async Task<string> SqliteSmallAsync()
    {
        using var sqlite = new Sqlite(At("small.db"));
        sqlite.Execute("CREATE TABLE messages(id INTEGER PRIMARY KEY, body BLOB)");
        using var insert = sqlite.Prepare("INSERT INTO messages(body) VALUES(?)");
        var bytes = new byte[SmallBytes];
        return $"{await RunAsync(1, _ =>
        {
            insert.Bind(1, bytes.AsSpan());
            insert.Run();
            return ValueTask.CompletedTask;
        })}";
    }

    /// <summary>20,000 messages a second, in bursts of a millisecond: how long each takes to be durable.</summary>
    public async Task<string> PacedAsync(JournalLog? on = null)
    {
        const int PerMillisecond = 20;
        var log = on ?? await JournalLog.OpenAsync(Options(At("paced")));
        var source = log.Source("paced");
        var bytes = new byte[SmallBytes];
        var latencies = new LatencyHistogram();
        var gate = new Lock();
        var pending = new List<Task>();
        var started = Time.GetTimestamp();
        var sent = 0;
        while (Time.GetElapsedTime(started) is var elapsed && elapsed < duration)
        {
            var due = (int)(elapsed.TotalMilliseconds * PerMillisecond);
            for (; sent < due; sent++)
            {
                pending.Add(AppendAsync(Time.GetTimestamp()));
            }

            await Task.Delay(TimeSpan.FromMilliseconds(1), Time);
            _ = pending.RemoveAll(static p => p.IsCompletedSuccessfully);
        }

        await Task.WhenAll(pending);
        if (on is null)
        {
            await log.DisposeAsync();
        }

        return $"{Figure(sent / duration.TotalSeconds)}/s, p50 {Figure(latencies.Percentile(0.5))} ms, "
            + $"p99 {Figure(latencies.Percentile(0.99))} ms";

        async Task AppendAsync(long from)
        {
            _ = await log.AppendAsync(source, 1, bytes);
            lock (gate)
            {
                latencies.Add(Time.GetElapsedTime(from).TotalMilliseconds);
            }
        }
    }

    /// <summary>Records decoded into structs, from memory.</summary>
    public async Task<string> DecodeAsync()
    {
        var encoder = new ReadingsEncoder();
        var payload = new ArrayBufferWriter<byte>();
        encoder.Add(Batches()[0]);
        encoder.Finish(payload);
        var decoder = new ReadingsDecoder();
        var output = new ArrayBufferWriter<Reading>(BatchReadings);
        return $"{await RunAsync(BatchReadings, _ =>
        {
            output.ResetWrittenCount();
            _ = decoder.Decode(payload.WrittenSpan, output);
            return ValueTask.CompletedTask;
        })}";
    }

    /// <summary>A backlog is made, then opened by a fresh process, then read, alone and beside a writer.</summary>
    public async Task<IReadOnlyList<string>> BacklogAsync(int megabytes, Func<string, Task<string>> open)
    {
        var folder = At("backlog");
        await using (var log = await JournalLog.OpenAsync(Options(folder)))
        {
            _ = log.OpenCursor("slow", CursorStart.Oldest);
            var source = log.Source("plant");
            var bytes = new byte[64 << 10];
            new Random(1).NextBytes(bytes);
            var pending = new Queue<Task>();
            for (var i = 0; i < megabytes * 16; i++)
            {
                pending.Enqueue(log.AppendAsync(source, 100, bytes).AsTask());
                while (pending.Count > 32)
                {
                    await pending.Dequeue();
                }
            }

            await Task.WhenAll(pending);
        }

        var lines = new List<string> { $"open      {await open(folder)}" };
        await using var again = await JournalLog.OpenAsync(Options(folder));
        var cursor = again.OpenCursor("slow", CursorStart.Oldest);
        lines.Add($"writer    {await PacedAsync(again)}, alone");
        lines.Add($"drain     {Drain(again, cursor, () => false)} alone");
        var writing = PacedAsync(again);
        lines.Add($"drain     {Drain(again, cursor, () => !writing.IsCompleted)} while 20,000/s are written");
        lines.Add($"writer    {await writing}, beside the reader");
        return lines;
    }

    /// <summary>Reads from the start to the end, once or as often as it is asked to.</summary>
    private static string Drain(JournalLog log, JournalCursor cursor, Func<bool> again)
    {
        var started = Time.GetTimestamp();
        long bytes = 0;
        do
        {
            cursor.Seek(log.Start);
            while (cursor.TryRead(new JournalReadLimits(MaxBytes: 1 << 20), out var batch))
            {
                foreach (var record in batch)
                {
                    bytes += record.Payload.Length;
                }
            }
        }
        while (again());
        return $"{Figure(bytes / 1e6 / Time.GetElapsedTime(started).TotalSeconds)} MB/s";
    }

    private static void Insert(Sqlite.Statement insert, in Reading reading)
    {
        insert.Bind(1, reading.Point);
        insert.Bind(2, reading.Timestamp.UtcTicks);
        switch (reading.Value.Kind)
        {
            case ReadingValueKind.Double:
                insert.Bind(3, reading.Value.AsDouble());
                break;
            case ReadingValueKind.String:
                insert.Bind(3, reading.Value.AsString());
                break;
            case ReadingValueKind.Boolean:
                insert.Bind(3, reading.Value.AsBoolean() ? 1L : 0L);
                break;
            default:
                insert.Bind(3, reading.Value.AsInt64());
                break;
        }

        insert.Bind(4, 0L);
        insert.Run();
    }

    private static Reading[][] Batches()
    {
        var mix = new PlantMix(100, seed: 1);
        return [.. Enumerable.Range(0, 64).Select(_ => mix.Next(10))];
    }

    private static string Figure(double value)
        => value.ToString(value >= 100 ? "N0" : "0.00", CultureInfo.InvariantCulture);

    private string At(string name) => Path.Combine(root, name);

    private async Task<Rate> RunAsync(int perStep, Func<int, ValueTask> step)
    {
        for (var i = 0; i < 50; i++)
        {
            await step(i);
        }

        var started = Time.GetTimestamp();
        var steps = 0;
        while (Time.GetElapsedTime(started) < duration)
        {
            await step(steps++);
        }

        return new Rate((long)steps * perStep, Time.GetElapsedTime(started));
    }

    private sealed record Rate(long Count, TimeSpan Time)
    {
        public override string ToString() => $"{Figure(Count / Time.TotalSeconds)}/s";
    }
}
