namespace Meridian.Benchmarks.Clients.Contestants;

/// <summary>Every round trip of an awaited trial, so that percentiles are exact. One thread adds.</summary>
internal sealed class RoundTrips
{
    private readonly long[] _ticks = new long[1 << 22];
    private int _count;

    /// <summary>How many were added. Any thread.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Adds one.</summary>
    /// <param name="started">The timestamp at its beginning.</param>
    public void AddSince(long started)
    {
        if (_count < _ticks.Length)
        {
            _ticks[_count] = TimeProvider.System.GetTimestamp() - started;
            Volatile.Write(ref _count, _count + 1);
        }
    }

    /// <summary>Adds the percentiles of all but those of the warm-up, once nothing is added any more.</summary>
    public TrialFigures Describe(TrialFigures figures)
    {
        var from = Math.Max(0, _count - (int)figures.Messages);
        var measured = _ticks.AsSpan(from, _count - from);
        measured.Sort();
        return figures with
        {
            MedianMicroseconds = At(measured, 0.5),
            P99Microseconds = At(measured, 0.99),
        };
    }

    private static double At(ReadOnlySpan<long> sorted, double part) => sorted.IsEmpty
        ? 0
        : sorted[(int)(part * (sorted.Length - 1))] * 1e6 / TimeProvider.System.TimestampFrequency;
}
