using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Unicode;
using Meridian.Sdk.Readings;
using Meridian.Sdk.Settings;

namespace Meridian.Formats.Payloads;

/// <summary>
/// Reads value, timestamp and quality out of payloads by a compiled <see cref="PayloadSpec"/>. A payload that is not
/// what the spec says is an outcome with a reason, never an exception.
/// </summary>
/// <remarks>Immutable; any number of threads may decode at once. Numbers and booleans cost no allocation.</remarks>
public sealed class PayloadDecoder
{
    private readonly PayloadSpec _spec;
    private readonly JsonPaths? _paths;

    private PayloadDecoder(PayloadSpec spec, JsonPaths? paths)
    {
        _spec = spec;
        _paths = paths;
    }

    /// <summary>Compiles a spec.</summary>
    /// <param name="spec">What the payloads are.</param>
    /// <param name="decoder">The decoder; null when there are problems.</param>
    /// <param name="problems">
    /// Everything that is wrong, with the paths <c>format</c>, <c>valuePath</c>, <c>timestampPath</c>,
    /// <c>timestampFormat</c> and <c>qualityPath</c>; empty when nothing is.
    /// </param>
    /// <returns>Whether it could be compiled.</returns>
    public static bool TryCompile(
        PayloadSpec spec,
        [NotNullWhen(true)] out PayloadDecoder? decoder,
        out IReadOnlyList<SettingsProblem> problems)
    {
        ArgumentNullException.ThrowIfNull(spec);

        var found = new List<SettingsProblem>();
        CheckEnums(spec, found);
        JsonPaths? paths = null;
        if (spec.Format == PayloadFormat.Json)
        {
            var value = Compile("valuePath", spec.ValuePath, found);
            var timestamp = spec.TimestampPath is null ? null : Compile("timestampPath", spec.TimestampPath, found);
            var quality = spec.QualityPath is null ? null : Compile("qualityPath", spec.QualityPath, found);
            paths = value is null
                ? null
                : new JsonPaths
                {
                    Value = value,
                    Timestamp = timestamp,
                    TimestampFormat = spec.TimestampFormat,
                    Quality = quality,
                };
        }
        else if (spec.TimestampPath is not null || spec.QualityPath is not null)
        {
            var path = spec.TimestampPath is not null ? "timestampPath" : "qualityPath";
            found.Add(new SettingsProblem(
                path,
                $"A path needs a JSON payload, but the format is {spec.Format}; set the format to json or remove it."));
        }

        problems = found;
        decoder = found.Count == 0 ? new PayloadDecoder(spec, paths) : null;
        return decoder is not null;
    }

    /// <summary>Reads a payload.</summary>
    /// <param name="payload">The payload; not used after the call returns.</param>
    /// <param name="decoded">What was read.</param>
    /// <param name="reason">
    /// Why it could not be read: where, what was found and what was expected, a whole sentence; null when it could.
    /// </param>
    /// <returns>Whether it could be read.</returns>
    public bool TryDecode(
        in ReadOnlySequence<byte> payload, out DecodedPayload decoded, [NotNullWhen(false)] out string? reason)
    {
        decoded = default;
        ReadingValue value;
        switch (_spec.Format)
        {
            case PayloadFormat.Number:
                reason = NumberText.Read(payload, out value);
                break;
            case PayloadFormat.Text:
                reason = ReadText(payload, out value);
                break;
            case PayloadFormat.Json:
                // The constructor is only reached with paths when the format is JSON.
                reason = JsonWalk.Read(payload, _paths!, out var found);
                decoded = new DecodedPayload(found.Value ?? default, found.Timestamp, found.Quality);
                return reason is null;
            default:
                reason = null;
                value = ReadingValue.From(payload.ToArray());
                break;
        }

        decoded = reason is null ? new DecodedPayload(value, null, null) : default;
        return reason is null;
    }

    private static string? ReadText(in ReadOnlySequence<byte> payload, out ReadingValue value)
    {
        // A payload in several pieces is rare and about to become a string anyway: join it first.
        var bytes = payload.IsSingleSegment ? payload.FirstSpan : payload.ToArray();
        if (!Utf8.IsValid(bytes))
        {
            value = default;
            return $"The payload of {bytes.Length} bytes is not UTF-8 text.";
        }

        value = ReadingValue.From(Encoding.UTF8.GetString(bytes));
        return null;
    }

    private static JsonPath? Compile(string setting, string text, List<SettingsProblem> problems)
    {
        if (!JsonPath.TryCompile(text, out var path, out var problem))
        {
            problems.Add(new SettingsProblem(setting, problem));
        }

        return path;
    }

    private static void CheckEnums(PayloadSpec spec, List<SettingsProblem> problems)
    {
        if (!Enum.IsDefined(spec.Format))
        {
            problems.Add(new SettingsProblem(
                "format", $"The payload format {spec.Format} does not exist; use number, text, json or bytes."));
        }

        if (!Enum.IsDefined(spec.TimestampFormat))
        {
            problems.Add(new SettingsProblem(
                "timestampFormat",
                $"The timestamp format {spec.TimestampFormat} does not exist; use iso, unixSeconds, unixMilliseconds, "
                + "unixMicroseconds or unixNanoseconds."));
        }
    }
}
