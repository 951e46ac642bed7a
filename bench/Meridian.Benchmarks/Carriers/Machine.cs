using System.Globalization;
using System.Runtime.InteropServices;
using Meridian.Fixtures;

namespace Meridian.Benchmarks.Carriers;

/// <summary>The machine that a figure is true for.</summary>
internal static class Machine
{
    private const int Syncs = 50;

    /// <summary>Processor, cores, system, runtime, and how long the disk takes to make 4 KiB durable.</summary>
    public static IEnumerable<string> Describe()
    {
        var processor = File.ReadLines("/proc/cpuinfo")
            .FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim();
        yield return $"processor  {processor ?? "unknown"}, {Environment.ProcessorCount} cores";
        yield return $"system     {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}";
        yield return $"build      {RepositoryRoot.Configuration}";
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"disk       {MeasureSync().TotalMilliseconds:F2} ms for a write of 4 KiB with fsync");
    }

    private static TimeSpan MeasureSync()
    {
        using var folder = new TempFolder("meridian-bench-");
        using var file = new FileStream(folder.At("sync"), FileMode.CreateNew, FileAccess.Write, FileShare.None, 0);
        var block = new byte[4_096];
        var started = TimeProvider.System.GetTimestamp();
        for (var i = 0; i < Syncs; i++)
        {
            file.Write(block);
            file.Flush(flushToDisk: true);
        }

        return TimeProvider.System.GetElapsedTime(started) / Syncs;
    }
}
