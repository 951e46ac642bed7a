using System.Globalization;
using Meridian.Fixtures;
using Meridian.Journal;

namespace Meridian.Benchmarks.Journal;

/// <summary>Opens a journal in a process of its own and tells the time it took and the memory of the
/// process.</summary>
internal static class OpenTrial
{
    public static async Task<string> RunHereAsync(string folder)
    {
        var started = TimeProvider.System.GetTimestamp();
        await using var log = await JournalLog.OpenAsync(JournalWorks.Options(folder));
        var took = TimeProvider.System.GetElapsedTime(started);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{log.Status.Bytes / 1e9:F1} GB in {log.Status.Segments} segments open in {took.TotalMilliseconds:F0} ms, "
            + $"{ProcessFigures.Of(Environment.ProcessId).PeakMemoryBytes / 1e6:F0} MB peak of the process");
    }
}
