using Meridian.Sdk.Readings;

namespace Meridian.Formats.Sparkplug.Values;

/// <summary>The quality of a metric: the property <c>Quality</c> (Sparkplug 3.0 §6.4.9.1).</summary>
/// <remarks>
/// Sparkplug has three: 192 good, 0 bad, 500 stale [tck-id-payloads-propertyset-quality-value-value]. A status code
/// that they cannot say goes beside them in a property of our own, <c>StatusCode</c>, which others pass over.
/// </remarks>
public static class SparkplugQuality
{
    private const string QualityKey = "Quality";
    private const string StatusCodeKey = "StatusCode";
    private const uint GoodCode = 192;
    private const uint StaleCode = 500;
    private const uint BadCode = 0;

    /// <summary>The value is the last that is known, and nobody updates it (Uncertain_LastUsableValue).</summary>
    public static Quality Stale { get; } = new(0x4090_0000);

    /// <summary>The quality that a metric says.</summary>
    /// <param name="metric">The metric.</param>
    /// <returns>
    /// Good where it says none and has a value, bad where it says none and is null. Codes of OPC DA that are none of
    /// the three are told by their two bits.
    /// </returns>
    public static Quality Of(SparkplugMetric metric)
    {
        ArgumentNullException.ThrowIfNull(metric);

        ulong? code = null;
        foreach (var property in metric.Properties)
        {
            if (property.Value.Field is not (SparkplugField.Int or SparkplugField.Long))
            {
                continue;
            }

            if (property.Value.Bits <= uint.MaxValue
                && string.Equals(property.Key, StatusCodeKey, StringComparison.Ordinal))
            {
                return new Quality((uint)property.Value.Bits);
            }

            if (string.Equals(property.Key, QualityKey, StringComparison.Ordinal))
            {
                code = property.Value.Bits;
            }
        }

        return code switch
        {
            null => metric.IsNull ? Quality.Bad : Quality.Good,
            StaleCode => Stale,
            <= 255 and var one => (one >> 6) switch
            {
                3 => Quality.Good,
                1 => Quality.Uncertain,
                _ => Quality.Bad,
            },
            _ => Quality.Bad,
        };
    }

    /// <summary>The properties that say a quality.</summary>
    /// <param name="quality">The quality.</param>
    /// <param name="isNull">Whether the metric is null, whose quality is always said.</param>
    /// <returns>None for a good value, which is good without words.</returns>
    public static IReadOnlyList<SparkplugProperty> PropertiesOf(Quality quality, bool isNull)
    {
        if (quality == Quality.Good)
        {
            return isNull ? [PropertyOf(GoodCode)] : [];
        }

        var code = quality.IsGood ? GoodCode : quality.IsUncertain ? StaleCode : BadCode;
        if (quality == Stale || quality == Quality.Bad)
        {
            return [PropertyOf(code)];
        }

        // As a 64-bit number, which every implementation keeps in the same field.
        var exact = new SparkplugProperty(
            StatusCodeKey, SparkplugDataType.UInt64, SparkplugValue.FromLong(quality.StatusCode));
        return [PropertyOf(code), exact];
    }

    /// <summary>Type 3, as an int_value [tck-id-payloads-propertyset-quality-value-type].</summary>
    private static SparkplugProperty PropertyOf(uint code) =>
        new(QualityKey, SparkplugDataType.Int32, SparkplugValue.FromInt(code));
}
