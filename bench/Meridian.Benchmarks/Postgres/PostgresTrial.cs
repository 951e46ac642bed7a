using System.Diagnostics;
using System.Globalization;
using Meridian.Benchmarks.Journal;
using Meridian.Sdk.North;
using Meridian.Sdk.Readings;

namespace Meridian.Benchmarks.Postgres;

/// <summary>
/// One writer stores batches of 10,000 readings, in a process of its own, so that processor time, allocations and
/// memory are its, the driver's and the runtime's alone.
/// </summary>
internal static class PostgresTrial
{
    /// <summary>What the columns of a result are.</summary>
    public const string Header = "  readings/s  CPU s/million  bytes/reading  peak MB";

    private const int Points = 1_000;
    private const int BatchReadings = 10_000;
    private const int BatchCount = 20;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1.5);
    private static readonly Guid JournalId = new("0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0");

    private static TimeProvider Time => TimeProvider.System;

    /// <summary>Measures in this process.</summary>
    public static async Task<string> RunHereAsync(string name, int port, string database, int seconds)
    {
        await using IRowWriter writer = name is RawCopyWriter.Name
            ? new RawCopyWriter(port, database)
            : new NorthWriter(name, port, database);
        await writer.BeginAsync();
        var readings = new PlantMix(Points, seed: 1).Next(BatchCount * BatchReadings / Points);
        var next = await WriteAsync(writer, readings, 0, WarmUp);

        using var self = Process.GetCurrentProcess();
        var (started, cpu, bytes) = (Time.GetTimestamp(), self.TotalProcessorTime, GC.GetTotalAllocatedBytes(true));
        var count = await WriteAsync(writer, readings, next, TimeSpan.FromSeconds(seconds)) - next;
        self.Refresh();
        var elapsed = Time.GetElapsedTime(started).TotalSeconds;
        bytes = GC.GetTotalAllocatedBytes(true) - bytes;
        cpu = self.TotalProcessorTime - cpu;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{count / elapsed,12:F0} {cpu.TotalSeconds / count * 1e6,14:F3} {(double)bytes / count,14:F3} "
            + $"{self.PeakWorkingSet64 / 1e6,8:F0}");
    }

    /// <summary>Stores the same readings again and again, each time later than the last.</summary>
    /// <returns>The position to go on with.</returns>
    private static async Task<long> WriteAsync(IRowWriter writer, Reading[] readings, long next, TimeSpan span)
    {
        var positions = new long[BatchReadings];
        var token = new byte[64];
        var started = Time.GetTimestamp();
        while (Time.GetElapsedTime(started) < span)
        {
            var at = (int)(next % readings.Length);
            var batch = readings.AsMemory(at, BatchReadings);
            for (var i = 0; i < BatchReadings; i++)
            {
                positions[i] = next++;
                ref var reading = ref batch.Span[i];
                reading = reading with
                {
                    Timestamp = reading.Timestamp.AddSeconds(BatchCount * BatchReadings / Points),
                };
            }

            BitConverter.TryWriteBytes(token, next);
            await writer.WriteAsync(new ValuesBatch(
                JournalId, batch, positions, new DeliveryPosition(JournalId, "bench", token)));
        }

        return next;
    }
}
