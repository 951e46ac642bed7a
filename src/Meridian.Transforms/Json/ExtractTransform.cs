using System.Buffers;
using System.Globalization;
using System.Text;
using Meridian.Formats.Payloads;
using Meridian.Sdk.Readings;
using Meridian.Sdk.Settings;
using Meridian.Transforms.Naming;

namespace Meridian.Transforms.Json;

/// <summary>Makes several readings of one that holds JSON. The first of them stands for its position.</summary>
internal sealed class ExtractTransform(ExtractSettings settings) : ITransform
{
    private readonly Field[] _fields = [.. settings.Fields.Select(field => Compile(settings, field))];
    private readonly bool _drops = settings.Otherwise == Unextracted.Drop;
    private byte[] _utf8 = [];

    /// <summary>What is wrong with settings.</summary>
    public static IEnumerable<SettingsProblem> Check(ExtractSettings settings)
    {
        if (settings.Fields is not { Count: > 0 })
        {
            yield return new SettingsProblem(
                "fields", "'fields' is empty, so nothing would be taken out; name at least one.");
        }

        if (SettingsWords.CheckWord("otherwise", settings.Otherwise) is { } otherwise)
        {
            yield return otherwise;
        }

        foreach (var problem in CheckPaths(settings, "$", string.Empty))
        {
            yield return problem;
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var index = 0; index < settings.Fields?.Count; index++)
        {
            var field = settings.Fields[index];
            var path = string.Create(CultureInfo.InvariantCulture, $"fields[{index}].");
            foreach (var problem in CheckField(settings, field, path, names))
            {
                yield return problem;
            }
        }
    }

    /// <inheritdoc/>
    public void Apply(in TransformEntry entry, TransformLink link)
    {
        if (entry.Reading.Value.Kind is not (ReadingValueKind.String or ReadingValueKind.Json)
            || !TryExtract(entry, link))
        {
            if (_drops)
            {
                link.Filter(entry, FilterReason.NotExtracted);
            }
            else
            {
                link.Pass(entry);
            }
        }
    }

    private bool TryExtract(in TransformEntry entry, TransformLink link)
    {
        var text = entry.Reading.Value.AsString();
        var most = Encoding.UTF8.GetMaxByteCount(text.Length);
        if (_utf8.Length < most)
        {
            _utf8 = new byte[most];
        }

        var payload = new ReadOnlySequence<byte>(_utf8, 0, Encoding.UTF8.GetBytes(text, _utf8));
        var isFound = false;
        foreach (var field in _fields)
        {
            if (field.Decoder.TryDecode(payload, out var decoded, out _))
            {
                isFound = true;
                link.Pass(entry with
                {
                    Reading = new Reading(
                        field.Names.NameOf(entry),
                        decoded.Timestamp ?? entry.Reading.Timestamp,
                        decoded.Value,
                        decoded.Quality ?? entry.Reading.Quality),
                });
            }
        }

        return isFound;
    }

    private static PayloadSpec SpecOf(ExtractSettings settings, string path) => new()
    {
        Format = PayloadFormat.Json,
        ValuePath = path,
        TimestampPath = settings.Timestamp,
        TimestampFormat = settings.TimestampFormat,
        QualityPath = settings.Quality,
    };

    private static Field Compile(ExtractSettings settings, ExtractFieldSettings field) =>
        PayloadDecoder.TryCompile(SpecOf(settings, field.Path), out var decoder, out var problems)
            ? new Field(
                decoder,
                new NameMemory(ReadingTemplate.Compile(field.Point, TemplateFields.Name, settings.Separator)))
            : throw new ArgumentException(problems[0].Message, nameof(field));

    private static IEnumerable<SettingsProblem> CheckPaths(ExtractSettings settings, string path, string prefix)
    {
        // The decoder's names for the paths are those of a payload's settings.
        PayloadDecoder.TryCompile(SpecOf(settings, path), out _, out var problems);
        foreach (var problem in problems)
        {
            var isOwn = string.Equals(problem.Path, "valuePath", StringComparison.Ordinal);
            if (isOwn == prefix.Length > 0)
            {
                yield return problem with
                {
                    Path = problem.Path switch
                    {
                        "valuePath" => prefix + "path",
                        "timestampPath" => "timestamp",
                        "qualityPath" => "quality",
                        _ => problem.Path,
                    },
                };
            }
        }
    }

    private static IEnumerable<SettingsProblem> CheckField(
        ExtractSettings settings, ExtractFieldSettings field, string prefix, HashSet<string> names)
    {
        foreach (var problem in CheckPaths(settings, field.Path, prefix))
        {
            yield return problem;
        }

        foreach (var problem in ReadingTemplate.Check(
            prefix + "point", field.Point, TemplateFields.Name, settings.Separator))
        {
            yield return problem;
        }

        if (!names.Add(field.Point ?? string.Empty))
        {
            yield return new SettingsProblem(
                prefix + "point",
                $"The template '{field.Point}' is that of an earlier field too; give each field a name of its own.");
        }
    }

    private sealed record Field(PayloadDecoder Decoder, NameMemory Names);
}
