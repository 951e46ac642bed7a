namespace Meridian.Connectors.Http.Influx;

/// <summary>
/// A series with one of its fields: what a line begins with, and what was last stored there, as far as this instance
/// knows. Belongs to its book.
/// </summary>
/// <param name="prefix">Measurement and tags, escaped, with the space behind them.</param>
/// <param name="valueKey">The field's key with its equals sign.</param>
/// <param name="qualityKey">The same of the quality's field.</param>
/// <param name="problem">Why there can be no such series; null when there can.</param>
internal sealed class InfluxSeries(byte[] prefix, byte[] valueKey, byte[] qualityKey, string? problem)
{
    public ReadOnlySpan<byte> Prefix => prefix;

    public ReadOnlySpan<byte> ValueKey => valueKey;

    public ReadOnlySpan<byte> QualityKey => qualityKey;

    public string? Problem => problem;

    /// <summary>The time of what was last stored, in ticks; null for nothing yet.</summary>
    public long? LastTicks { get; set; }

    /// <summary>A hash of what was last stored.</summary>
    public ulong LastHash { get; set; }
}
