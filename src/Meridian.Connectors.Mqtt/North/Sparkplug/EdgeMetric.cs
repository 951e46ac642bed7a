using Meridian.Formats.Sparkplug;
using Meridian.Formats.Sparkplug.Values;
using Meridian.Sdk.Readings;

namespace Meridian.Connectors.Mqtt.North.Sparkplug;

/// <summary>
/// A point as a metric of the edge node: its type, its alias and the newest value that was published.
/// </summary>
/// <param name="device">The device that it belongs to.</param>
/// <param name="name">Its name.</param>
/// <param name="alias">Its number, unique within the edge node [tck-id-payloads-alias-uniqueness].</param>
internal sealed class EdgeMetric(EdgeDevice device, string name, ulong alias)
{
    private Reading _newest;
    private bool _hasValue;

    public EdgeDevice Device => device;

    /// <summary>What its births say; null before the first value.</summary>
    public SparkplugDataType? DataType { get; private set; }

    /// <summary>Whether a birth in this session has named it.</summary>
    public bool IsBorn { get; set; }

    /// <summary>Whether its text is JSON.</summary>
    public bool IsJson { get; private set; }

    /// <summary>Whether a value can be published without another birth.</summary>
    public bool Takes(in ReadingValue value) =>
        value.Kind == ReadingValueKind.Null || TryFit(value, out _);

    /// <summary>The type is that of a value from the next birth on.</summary>
    public void BecomeTypeOf(in ReadingValue value)
    {
        _ = SparkplugReadingValue.Write(value, out var type, out var contentType);
        DataType = type;
        IsJson = contentType is not null;
    }

    /// <summary>
    /// The metric in a data message: by alias [tck-id-payloads-alias-data-cmd-requirement], without a type unless that
    /// is wanted [tck-id-payloads-metric-datatype-not-req].
    /// </summary>
    public SparkplugMetric InData(in Reading reading, bool hasType)
    {
        // What is older than the newest is of the past: it must not replace the current value, and those that do keep
        // their order in time [tck-id-operational-behavior-data-publish-dbirth-order].
        var isHistorical = _hasValue && reading.Timestamp < _newest.Timestamp;
        return Make(reading) with
        {
            Alias = alias,
            IsHistorical = isHistorical,
            DataType = hasType ? DataType ?? SparkplugDataType.String : null,
        };
    }

    /// <summary>
    /// The metric in a birth, with name, alias, type and current value [tck-id-topics-dbirth-metrics].
    /// </summary>
    public SparkplugMetric InBirth(DateTimeOffset now) =>
        Make(_hasValue ? _newest : new Reading(name, now, ReadingValue.Null, Quality.Bad)) with
        {
            Name = name,
            Alias = alias,
            DataType = DataType ?? SparkplugDataType.String,
        };

    /// <summary>Remembers what was published, for births to come.</summary>
    /// <returns>Whether a birth would say this reading as it is.</returns>
    public bool Remember(in Reading reading, int maxBytes)
    {
        if (_hasValue && reading.Timestamp < _newest.Timestamp)
        {
            return false;
        }

        var isSmall = LengthOf(reading.Value) <= maxBytes;
        _newest = isSmall ? reading : reading with { Value = ReadingValue.Null };
        _hasValue = true;
        return isSmall;
    }

    private SparkplugMetric Make(in Reading reading)
    {
        var isNull = reading.Value.Kind == ReadingValueKind.Null || !TryFit(reading.Value, out _);
        SparkplugValue value = default;
        if (!isNull)
        {
            _ = TryFit(reading.Value, out value);
        }

        return new SparkplugMetric
        {
            TimestampMilliseconds = SparkplugTime.ToMilliseconds(reading.Timestamp),
            IsNull = isNull,
            Properties = SparkplugQuality.PropertiesOf(reading.Quality, isNull),
            ContentType = IsJson ? SparkplugReadingValue.JsonContentType : null,
            Value = value,
        };
    }

    /// <summary>
    /// A value in the metric's type. A whole number is one of a Double too, where no digit is lost: so 20, 20.5, 21 is
    /// one metric and not a birth for each.
    /// </summary>
    private bool TryFit(in ReadingValue value, out SparkplugValue fitted)
    {
        fitted = SparkplugReadingValue.Write(value, out var type, out var contentType);
        if (type == DataType && contentType is not null == IsJson)
        {
            return true;
        }

        if (DataType != SparkplugDataType.Double)
        {
            return false;
        }

        const long Exact = 1L << 53;
        switch (value.Kind)
        {
            case ReadingValueKind.Int64 when value.AsInt64() is >= -Exact and <= Exact and var one:
                fitted = SparkplugValue.From((double)one);
                return true;
            case ReadingValueKind.UInt64 when value.AsUInt64() is <= (ulong)Exact and var one:
                fitted = SparkplugValue.From((double)one);
                return true;
            default:
                return false;
        }
    }

    private static int LengthOf(in ReadingValue value) => value.Kind switch
    {
        ReadingValueKind.String or ReadingValueKind.Json => value.AsString().Length * 3,
        ReadingValueKind.Bytes => value.AsBytes().Length,
        _ => 0,
    };
}
