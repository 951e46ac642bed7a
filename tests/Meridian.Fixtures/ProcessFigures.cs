using System.Globalization;
using System.Runtime.InteropServices;

namespace Meridian.Fixtures;

/// <summary>What a living process has used so far, as Linux tells it.</summary>
/// <param name="PeakMemoryBytes">The peak of its resident memory (VmHWM).</param>
/// <param name="CpuSeconds">User and system time together.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct ProcessFigures(long PeakMemoryBytes, double CpuSeconds)
{
    // USER_HZ, in which /proc counts: fixed at 100 in Linux's interface to programs.
    private const double TicksPerSecond = 100;

    /// <summary>Reads the figures of a process.</summary>
    /// <param name="processId">Its id.</param>
    /// <exception cref="IOException">The process has ended.</exception>
    public static ProcessFigures Of(int processId)
    {
        var peak = File.ReadLines($"/proc/{processId}/status")
            .FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        var peakBytes = peak is null
            ? 0
            : long.Parse(peak.AsSpan(6).Trim().ToString().Split(' ')[0], CultureInfo.InvariantCulture) * 1024;

        // The second field is the program's name in brackets and may hold anything, so count from its closing one:
        // state is the first after it, utime the 12th and stime the 13th.
        var stat = File.ReadAllText($"/proc/{processId}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        var ticks = long.Parse(fields[11], CultureInfo.InvariantCulture)
            + long.Parse(fields[12], CultureInfo.InvariantCulture);
        return new ProcessFigures(peakBytes, ticks / TicksPerSecond);
    }
}
