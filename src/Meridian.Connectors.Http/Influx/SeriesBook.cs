using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Meridian.Formats.LineProtocol;
using Meridian.Formats.Templates;
using Meridian.Sdk.Readings;

namespace Meridian.Connectors.Http.Influx;

/// <summary>
/// From points to series, made once for each point and remembered. Two points whose templates give the same names are
/// one series. One call at a time.
/// </summary>
internal sealed class SeriesBook
{
    /// <summary>What names can be made of: what stays the same for a point.</summary>
    public const TemplatePlaceholders Placeholders = TemplatePlaceholders.Point | TemplatePlaceholders.Topic;

    /// <summary>The tag or field of the quality.</summary>
    public const string QualityName = "quality";

    private const int MaxKnown = 100_000;

    private readonly Dictionary<(string Point, uint Status), InfluxSeries> _ofPoint = [];
    private readonly Dictionary<string, InfluxSeries> _ofNames = new(StringComparer.Ordinal);
    private readonly TextTemplate _measurement;
    private readonly TextTemplate _field;
    private readonly (string Key, TextTemplate Value)[] _tags;
    private readonly bool _hasQualityTag;

    /// <summary>A book for settings that were checked.</summary>
    public SeriesBook(InfluxNorthSettings settings)
    {
        _measurement = Compile(settings.Measurement);
        _field = Compile(settings.Field);

        // Sorted by key, as the server keeps them: "Performance tips" of the line protocol reference.
        _tags = [.. settings.Tags.OrderBy(static tag => tag.Key, StringComparer.Ordinal)
            .Select(static tag => (tag.Key, Compile(tag.Value)))];
        _hasQualityTag = settings.Quality == InfluxQuality.Tag;
    }

    /// <summary>The series of a reading.</summary>
    public InfluxSeries Of(in Reading reading)
    {
        var key = (reading.Point, _hasQualityTag ? reading.Quality.StatusCode : 0);
        if (!_ofPoint.TryGetValue(key, out var series))
        {
            if (_ofPoint.Count >= MaxKnown)
            {
                _ofPoint.Clear();
                _ofNames.Clear();
            }

            series = Make(reading);
            _ofPoint.Add(key, series);
        }

        return series;
    }

    private InfluxSeries Make(in Reading reading)
    {
        var arguments = new TemplateArguments { Reading = reading, Topic = reading.Point };
        var output = new ArrayBufferWriter<byte>();
        var measurement = _measurement.Render(arguments);
        var field = _field.Render(arguments);
        if (LineProtocolWriter.MeasurementProblem(measurement) is { } problem)
        {
            return Impossible(reading, "measurement", measurement, problem);
        }

        if (LineProtocolWriter.NameProblem(field) is { } wrong || IsReserved(field, out wrong))
        {
            return Impossible(reading, "field", field, wrong);
        }

        LineProtocolWriter.WriteMeasurement(measurement, output);
        foreach (var (key, template) in _tags)
        {
            if (template.Render(arguments) is { Length: > 0 } value)
            {
                if (LineProtocolWriter.NameProblem(value) is { } bad)
                {
                    return Impossible(reading, $"tag '{key}'", value, bad);
                }

                WriteTag(key, value, output);
            }
        }

        if (_hasQualityTag)
        {
            WriteTag(QualityName, reading.Quality.ToString(), output);
        }

        output.Write(" "u8);
        return Shared(output.WrittenSpan, field);
    }

    private InfluxSeries Shared(ReadOnlySpan<byte> prefix, string field)
    {
        var names = $"{Encoding.UTF8.GetString(prefix)}\n{field}";
        if (!_ofNames.TryGetValue(names, out var series))
        {
            // Fields of several points in one line must not take each other's quality.
            var quality = _field.Used == TemplatePlaceholders.None ? QualityName : $"{field}_{QualityName}";
            series = new InfluxSeries(prefix.ToArray(), KeyOf(field), KeyOf(quality), null);
            _ofNames.Add(names, series);
        }

        return series;
    }

    private static InfluxSeries Impossible(in Reading reading, string what, string name, string problem) => new(
        [],
        [],
        [],
        $"InfluxDB can store nothing for point '{reading.Point}': its {what} would be '{name}', and {problem}.");

    /// <summary>InfluxDB drops fields and tags of that name, or the whole line.</summary>
    private static bool IsReserved(string name, [NotNullWhen(true)] out string? problem)
    {
        problem = name is "time" ? "that name is the timestamp's" : null;
        return problem is not null;
    }

    private static void WriteTag(string key, string value, ArrayBufferWriter<byte> output)
    {
        output.Write(","u8);
        LineProtocolWriter.WriteName(key, output);
        output.Write("="u8);
        LineProtocolWriter.WriteName(value, output);
    }

    private static byte[] KeyOf(string field)
    {
        var output = new ArrayBufferWriter<byte>();
        LineProtocolWriter.WriteName(field, output);
        output.Write("="u8);
        return output.WrittenSpan.ToArray();
    }

    private static TextTemplate Compile(string text) =>
        TextTemplate.TryCompile(text, Placeholders, out var template, out var problems)
            ? template
            : throw new ArgumentException(problems[0], nameof(text));
}
