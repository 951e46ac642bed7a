namespace Meridian.Benchmarks.Instruments;

/// <summary>Latencies in buckets that each are 5 % wider than the one before, from 10 µs. One thread.</summary>
internal sealed class LatencyHistogram
{
    private const double LeastMilliseconds = 0.01;

    private static readonly double LogWidth = Math.Log(1.05);

    private readonly long[] _counts = new long[600];
    private long _count;

    /// <summary>Counts one latency; below the least it counts as the least.</summary>
    public void Add(double milliseconds)
    {
        var ratio = Math.Max(milliseconds, LeastMilliseconds) / LeastMilliseconds;
        var bucket = (int)Math.Ceiling(Math.Log(ratio) / LogWidth);
        _counts[Math.Min(bucket, _counts.Length - 1)]++;
        _count++;
    }

    /// <summary>The latency below which this part of all lies, in milliseconds; 0 when there are none.</summary>
    /// <param name="part">From 0 to 1.</param>
    public double Percentile(double part)
    {
        var rank = 0L;
        for (var bucket = 0; bucket < _counts.Length; bucket++)
        {
            rank += _counts[bucket];
            if (rank > 0 && rank >= part * _count)
            {
                return LeastMilliseconds * Math.Exp(bucket * LogWidth);
            }
        }

        return 0;
    }

    /// <summary>Forgets all.</summary>
    public void Clear()
    {
        Array.Clear(_counts);
        _count = 0;
    }
}
