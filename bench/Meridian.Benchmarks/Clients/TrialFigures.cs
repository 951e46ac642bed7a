using System.Globalization;

namespace Meridian.Benchmarks.Clients;

/// <summary>What the process of one client measured about itself; it prints them as one line.</summary>
/// <param name="Messages">Messages within the measured time.</param>
/// <param name="Seconds">The measured time.</param>
/// <param name="CpuMicroseconds">User and system time of the whole process within it.</param>
internal sealed record TrialFigures(long Messages, double Seconds, double CpuMicroseconds)
{
    private const string Word = "result";

    /// <summary>All messages from the first to the last, for comparing with what the peer counted.</summary>
    public long Total { get; init; }

    /// <summary>Bytes allocated within the measured time; -1 where the language cannot tell.</summary>
    public long AllocatedBytes { get; init; } = -1;

    /// <summary>Methods that were compiled within the measured time: many of them mean too short a warm-up.</summary>
    public long CompiledMethods { get; init; }

    /// <summary>Awaited: the median round trip.</summary>
    public double MedianMicroseconds { get; init; }

    /// <summary>Awaited: the 99th percentile of the round trips.</summary>
    public double P99Microseconds { get; init; }

    /// <summary>Idle: by how much the connections made the resident memory of the process grow.</summary>
    public long ResidentBytes { get; init; }

    /// <summary>Idle: how much of that is reachable objects; -1 where the language cannot tell.</summary>
    public long LiveBytes { get; init; } = -1;

    public double PerSecond => Messages / Seconds;

    public double CpuMicrosecondsPerMessage => CpuMicroseconds / Math.Max(1, Messages);

    /// <summary>Whether a line holds figures.</summary>
    public static bool IsFigures(string line) => line.StartsWith(Word + " ", StringComparison.Ordinal);

    /// <summary>Reads the line; what is not named in it keeps its default.</summary>
    public static TrialFigures Parse(string line)
    {
        var values = line.Split(' ')[1..].Select(word => word.Split('=')).ToDictionary(
            pair => pair[0], pair => double.Parse(pair[1], CultureInfo.InvariantCulture), StringComparer.Ordinal);
        return new TrialFigures((long)values["messages"], values["seconds"], values["cpu_us"])
        {
            Total = (long)values["total"],
            AllocatedBytes = (long)values.GetValueOrDefault("allocated", -1),
            CompiledMethods = (long)values.GetValueOrDefault("compiled"),
            MedianMicroseconds = values.GetValueOrDefault("p50_us"),
            P99Microseconds = values.GetValueOrDefault("p99_us"),
            ResidentBytes = (long)values.GetValueOrDefault("resident"),
            LiveBytes = (long)values.GetValueOrDefault("live", -1),
        };
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Word} messages={Messages} total={Total} seconds={Seconds:F6} cpu_us={CpuMicroseconds:F0} "
        + $"allocated={AllocatedBytes} compiled={CompiledMethods} "
        + $"p50_us={MedianMicroseconds:F2} p99_us={P99Microseconds:F2} "
        + $"resident={ResidentBytes} live={LiveBytes}");
}
