using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Meridian.Formats.Sparkplug;

namespace Meridian.Formats.Tests.Sparkplug;

/// <summary>Payloads to test with: one of everything, drawn ones, and what they are as text.</summary>
internal static class Payloads
{
    /// <summary>One of everything that the schema has.</summary>
    public static SparkplugPayload OfEverything { get; } = new()
    {
        TimestampMilliseconds = 1_700_000_000_000,
        Metrics =
        [
            new SparkplugMetric
            {
                Name = "a", Alias = 1, TimestampMilliseconds = 1_700_000_000_001, DataType = SparkplugDataType.Int32,
                Value = SparkplugValue.FromInt(unchecked((uint)-5)),
                Properties = [new SparkplugProperty("Quality", SparkplugDataType.Int32, SparkplugValue.FromInt(192))],
            },
            new SparkplugMetric { Alias = 300, IsHistorical = true, Value = SparkplugValue.FromLong(ulong.MaxValue) },
            new SparkplugMetric { Name = "", IsTransient = true, Value = SparkplugValue.From(1.5f) },
            new SparkplugMetric { Name = "é", IsNull = true, DataType = SparkplugDataType.Text },
            new SparkplugMetric { Value = SparkplugValue.From(-0.1), ContentType = "text/x" },
            new SparkplugMetric { Value = SparkplugValue.From(true) },
            new SparkplugMetric { Value = SparkplugValue.From("text") },
            new SparkplugMetric { Value = SparkplugValue.From(new byte[] { 0, 255 }) },
            new SparkplugMetric
            {
                Value = SparkplugValue.From(new SparkplugDataSet
                {
                    Columns = ["x", "y"],
                    Types = [SparkplugDataType.Int8, SparkplugDataType.String],
                    Rows = [[SparkplugValue.FromInt(1), SparkplugValue.From("one")], [default, default]],
                }),
            },
            new SparkplugMetric
            {
                Value = SparkplugValue.From(new SparkplugTemplate
                {
                    Version = "1",
                    Reference = "motor",
                    Parameters = [new SparkplugProperty("p", SparkplugDataType.Double, SparkplugValue.From(2.0))],
                    Metrics = [new SparkplugMetric { Name = "rpm", Value = SparkplugValue.FromInt(7) }],
                }),
            },
        ],
        Sequence = 255,
        Uuid = "u",
        Body = new byte[] { 9 },
    };

    public static Gen<SparkplugPayload> Drawn() =>
        from timestamp in Numbers()
        from metrics in Metric(depth: 2).ListOf()
        from sequence in Numbers()
        from uuid in Texts()
        from body in ArbMap.Default.GeneratorFor<byte[]>()
        select new SparkplugPayload
        {
            TimestampMilliseconds = timestamp,
            Metrics = [.. metrics],
            Sequence = sequence,
            Uuid = uuid,
            Body = body,
        };

    /// <summary>Everything that a payload says, as text, so that two can be compared.</summary>
    public static string Show(SparkplugPayload payload) =>
        $"{payload.TimestampMilliseconds} {payload.Sequence} '{payload.Uuid}' {Hex(payload.Body.ToArray())}\n"
        + string.Join('\n', payload.Metrics.Select(Show));

    private static string Show(SparkplugMetric metric) => string.Join(
        ' ',
        metric.Name is null ? "-" : $"'{metric.Name}'", metric.Alias, metric.TimestampMilliseconds, metric.DataType,
        metric.IsHistorical, metric.IsTransient, metric.IsNull, metric.ContentType ?? "-",
        string.Join(',', metric.Properties.Select(Show)), Show(metric.Value));

    private static string Show(SparkplugProperty property) =>
        $"{property.Key}:{property.DataType}={Show(property.Value)}";

    private static string Show(SparkplugValue value) => value switch
    {
        { DataSet: { } table } => $"[{string.Join(',', table.Columns)}|{string.Join(',', table.Types)}|"
            + string.Join(';', table.Rows.Select(static row => string.Join(',', row.Select(Show)))) + "]",
        { Template: { } template } =>
            $"<{template.Version ?? "-"} {template.Reference ?? "-"} {template.IsDefinition} "
            + string.Join(',', template.Parameters.Select(Show)) + "|"
            + string.Join(',', template.Metrics.Select(Show)) + ">",
        { Bytes: { } bytes } => Hex(bytes),
        { Text: { } text } => $"\"{text}\"",
        _ => string.Create(CultureInfo.InvariantCulture, $"{value.Field} {value.Bits:X}"),
    };

    private static string Hex(byte[] bytes) => Convert.ToHexString(bytes);

    private static Gen<SparkplugMetric> Metric(int depth) =>
        from name in Texts()
        from alias in Numbers()
        from timestamp in Numbers()
        from type in Gen.Elements<SparkplugDataType?>([null, .. Enum.GetValues<SparkplugDataType>()])
        from flags in Gen.Choose(0, 7)
        from contentType in Texts()
        from properties in Properties()
        from value in Value(depth)
        select new SparkplugMetric
        {
            Name = name,
            Alias = alias,
            TimestampMilliseconds = timestamp,
            DataType = type,
            IsHistorical = (flags & 1) != 0,
            IsTransient = (flags & 2) != 0,
            IsNull = (flags & 4) != 0,
            ContentType = contentType,
            Properties = properties,
            Value = value,
        };

    private static Gen<SparkplugValue> Value(int depth) => depth == 0
        ? Scalar()
        : Gen.Frequency((6, Scalar()), (1, Table()), (1, Template(depth - 1)));

    private static Gen<SparkplugValue> Scalar() => Gen.OneOf(
        Gen.Constant(default(SparkplugValue)),
        ArbMap.Default.GeneratorFor<uint>().Select(SparkplugValue.FromInt),
        ArbMap.Default.GeneratorFor<ulong>().Select(SparkplugValue.FromLong),
        ArbMap.Default.GeneratorFor<float>().Select(SparkplugValue.From),
        ArbMap.Default.GeneratorFor<double>().Select(SparkplugValue.From),
        ArbMap.Default.GeneratorFor<bool>().Select(SparkplugValue.From),
        Texts().Where(static text => text is not null).Select(static text => SparkplugValue.From(text!)));

    private static Gen<SparkplugValue> Table() =>
        from columns in Texts().Where(static text => text is not null).ListOf()
        from types in Gen.Elements(Enum.GetValues<SparkplugDataType>()).ListOf()
        from rows in Scalar().ListOf().ListOf()
        select SparkplugValue.From(new SparkplugDataSet
        {
            Columns = [.. columns.Select(static one => one!)],
            Types = [.. types],
            Rows = [.. rows.Select(static row => row.ToArray())],
        });

    private static Gen<SparkplugValue> Template(int depth) =>
        from version in Texts()
        from reference in Texts()
        from isDefinition in ArbMap.Default.GeneratorFor<bool>()
        from parameters in Properties()
        from metrics in Metric(depth).ListOf()
        select SparkplugValue.From(new SparkplugTemplate
        {
            Version = version,
            Reference = reference,
            IsDefinition = isDefinition,
            Parameters = parameters,
            Metrics = [.. metrics],
        });

    private static Gen<SparkplugProperty[]> Properties() =>
        (from key in Texts()
         from type in Gen.Elements(Enum.GetValues<SparkplugDataType>())
         from value in Scalar()
         select new SparkplugProperty(key ?? "", type, value)).ListOf().Select(static list => list.ToArray());

    private static Gen<ulong?> Numbers() => Gen.OneOf(
        Gen.Constant<ulong?>(null), ArbMap.Default.GeneratorFor<ulong>().Select(static one => (ulong?)one));

    private static Gen<string?> Texts() => Gen.OneOf(
        Gen.Constant<string?>(null),
        ArbMap.Default.GeneratorFor<string>().Select(static text =>
            (string?)Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text ?? ""))));
}
