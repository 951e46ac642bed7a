using System.Globalization;
using Meridian.Fixtures;
using Meridian.Formats.Parquet;
using Meridian.Sdk.Readings;

namespace Meridian.Benchmarks.Parquet;

/// <summary>
/// One shape with one compression: how fast files of it are written, on one thread, and how large they are.
/// </summary>
internal sealed class ParquetTrial(Reading[] readings, ParquetCompression compression, string folder)
{
    private const int Batch = 1_000;

    private static TimeProvider Time => TimeProvider.System;

    private string File => Path.Combine(folder, "ours.parquet");

    /// <summary>What the columns of <see cref="RunAsync"/> are.</summary>
    public static string Head =>
        $"{"readings/s",12} {"CPU s/million",14} {"alloc/reading",14} {"bytes/reading",14} "
        + $"{"DuckDB's",14} {"x DuckDB's",10}";

    /// <summary>Writes file after file over the same place, then has DuckDB write the same rows.</summary>
    public async Task<string> RunAsync(TimeSpan duration)
    {
        // What is compiled while it runs would be measured too.
        _ = WriteFor(TimeSpan.FromSeconds(1.5));
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var before = ProcessFigures.Of(Environment.ProcessId);
        var (count, elapsed) = WriteFor(duration);
        var after = ProcessFigures.Of(Environment.ProcessId);
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        var bytes = new FileInfo(File).Length;
        var codec = compression == ParquetCompression.None ? "uncompressed" : compression.ToString().ToLowerInvariant();
        var theirs = await ParquetReaders.CopyAsync(File, Path.Combine(folder, "duckdb.parquet"), codec);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{count / elapsed.TotalSeconds,12:N0} {(after.CpuSeconds - before.CpuSeconds) / count * 1e6,14:0.000} "
            + $"{(double)allocated / count,14:0.000} {(double)bytes / readings.Length,14:0.00} "
            + $"{(double)theirs / readings.Length,14:0.00} {(double)bytes / theirs,10:0.00}");
    }

    /// <summary>One file of so many readings: what the process holds when a tenth is written, and at the end.</summary>
    public string WriteLarge(long count)
    {
        using var file = new FileStream(File, FileMode.Create);
        using var writer = new ParquetReadingsWriter(file, new ParquetOptions { Compression = compression });
        long early = 0;
        long earlyHeap = 0;
        long written = 0;
        while (written < count)
        {
            for (var at = 0; at < readings.Length && written < count; at += Batch)
            {
                writer.Write(readings.AsSpan(at, Batch));
                written += Batch;
                if (early == 0 && written >= count / 10)
                {
                    (early, earlyHeap) = Memory();
                }
            }
        }

        var (late, lateHeap) = Memory();
        writer.Complete();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{count / 1_000_000} million readings, {writer.BytesWritten / 1e6:N0} MB: "
            + $"peak memory {early / 1e6:0.0} MB at a tenth, {late / 1e6:0.0} MB at the end; "
            + $"heap {earlyHeap / 1e6:0.0} MB, {lateHeap / 1e6:0.0} MB");
    }

    private static (long Peak, long Heap) Memory() =>
        (ProcessFigures.Of(Environment.ProcessId).PeakMemoryBytes, GC.GetTotalMemory(forceFullCollection: true));

    private (long Count, TimeSpan Elapsed) WriteFor(TimeSpan duration)
    {
        var started = Time.GetTimestamp();
        long count = 0;
        while (Time.GetElapsedTime(started) < duration)
        {
            using var file = new FileStream(File, FileMode.Create);
            using var writer = new ParquetReadingsWriter(file, new ParquetOptions { Compression = compression });
            for (var at = 0; at < readings.Length; at += Batch)
            {
                writer.Write(readings.AsSpan(at, Batch));
            }

            writer.Complete();
            count += readings.Length;
        }

        return (count, Time.GetElapsedTime(started));
    }
}
