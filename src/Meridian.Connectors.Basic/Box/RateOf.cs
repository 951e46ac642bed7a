using Meridian.Sdk.Readings;

namespace Meridian.Connectors.Basic.Box;

/// <summary>From counters that only grow to what they grew by between two looks. One caller at a time.</summary>
internal sealed class RateOf(TimeProvider time)
{
    private readonly Dictionary<string, (double Count, double Of, long At)> _before = new(StringComparer.Ordinal);

    public void Clear() => _before.Clear();

    /// <returns>Null at the first look, and where the counter began anew.</returns>
    public ReadingValue? PerSecond(string item, double count)
    {
        var now = time.GetTimestamp();
        var known = _before.TryGetValue(item, out var before);
        _before[item] = (count, 0, now);
        var seconds = known ? time.GetElapsedTime(before.At, now).TotalSeconds : 0;
        return seconds > 0 && count >= before.Count ? ReadingValue.From((count - before.Count) / seconds) : null;
    }

    /// <summary>What part of one counter's growth is the other's.</summary>
    public double? Share(string item, double count, double of)
    {
        var known = _before.TryGetValue(item, out var before);
        _before[item] = (count, of, 0);
        return known && of > before.Of && count >= before.Count ? (count - before.Count) / (of - before.Of) : null;
    }
}
