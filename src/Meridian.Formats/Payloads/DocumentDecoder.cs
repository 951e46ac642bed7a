using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Meridian.Sdk.Settings;

namespace Meridian.Formats.Payloads;

/// <summary>
/// Reads any number of readings out of JSON documents by a compiled <see cref="DocumentSpec"/>. What is not as the spec
/// says is told with its bytes; the other elements of the same document are read all the same.
/// </summary>
/// <remarks>Each element is read once per reading that is asked for. Used by one thread at a time.</remarks>
public sealed class DocumentDecoder
{
    private readonly JsonPath? _each;
    private readonly Compiled[] _readings;
    private readonly List<JsonElementPlace> _elements = [];

    private DocumentDecoder(JsonPath? each, Compiled[] readings)
    {
        _each = each;
        _readings = readings;
    }

    /// <summary>Compiles a spec.</summary>
    /// <param name="spec">What the documents are.</param>
    /// <param name="decoder">The decoder; null when there are problems.</param>
    /// <param name="problems">
    /// Everything that is wrong, with the paths <c>eachPath</c> and <c>readings[n].valuePath</c> and so on; empty when
    /// nothing is.
    /// </param>
    /// <returns>Whether it could be compiled.</returns>
    public static bool TryCompile(
        DocumentSpec spec,
        [NotNullWhen(true)] out DocumentDecoder? decoder,
        out IReadOnlyList<SettingsProblem> problems)
    {
        ArgumentNullException.ThrowIfNull(spec);

        var found = new List<SettingsProblem>();
        var each = spec.EachPath is null ? null : Compile("eachPath", spec.EachPath, found);
        if (spec.Readings.Count == 0)
        {
            found.Add(new SettingsProblem("readings", "The list of readings is empty; name at least one value."));
        }

        var compiled = new Compiled[spec.Readings.Count];
        for (var i = 0; i < compiled.Length; i++)
        {
            compiled[i] = Compile(
                spec, spec.Readings[i], string.Create(CultureInfo.InvariantCulture, $"readings[{i}]."), found);
        }

        problems = found;
        decoder = found.Count == 0 ? new DocumentDecoder(each, compiled) : null;
        return decoder is not null;
    }

    /// <summary>Reads a document.</summary>
    /// <param name="payload">The document; not used after the call returns.</param>
    /// <param name="into">Takes what it holds.</param>
    public void Decode(in ReadOnlySequence<byte> payload, IDocumentReadings into)
    {
        ArgumentNullException.ThrowIfNull(into);
        if (_each is null)
        {
            DecodeElement(payload, payload, null, into);
            return;
        }

        if (JsonElements.Find(payload, _each, _elements) is { } reason)
        {
            into.OnFailed(payload, reason);
            return;
        }

        foreach (var element in _elements)
        {
            DecodeElement(payload, payload.Slice(element.Start, element.LengthBytes), element.Name, into);
        }
    }

    private static Compiled Compile(
        DocumentSpec spec, DocumentReading one, string at, List<SettingsProblem> problems)
    {
        var value = CompileEither(spec, at + "valuePath", one.ValuePath, problems);
        var timestamp = CompileEither(spec, at + "timestampPath", one.TimestampPath, problems);
        var quality = CompileEither(spec, at + "qualityPath", one.QualityPath, problems);
        var name = CompileEither(spec, at + "namePath", one.NamePath, problems);
        var inElement = new JsonPaths
        {
            Value = value?.OfElement,
            Timestamp = timestamp?.OfElement,
            Quality = quality?.OfElement,
            Name = name?.OfElement,
            TimestampFormat = spec.TimestampFormat,
            IsValueOptional = one.IsOptional,
        };
        var inDocument = inElement with
        {
            Value = value?.OfDocument,
            Timestamp = timestamp?.OfDocument,
            Quality = quality?.OfDocument,
            Name = name?.OfDocument,
        };
        var isAround = inDocument is not { Value: null, Timestamp: null, Quality: null, Name: null };
        return new Compiled(inElement, isAround ? inDocument : null);
    }

    /// <summary>A path begins at the element with <c>@</c>; without elements that is the document.</summary>
    private static EitherPath? CompileEither(
        DocumentSpec spec, string setting, string? text, List<SettingsProblem> problems)
    {
        if (text is null)
        {
            return null;
        }

        var isOfElement = text.StartsWith('@');
        if (isOfElement && spec.EachPath is null)
        {
            problems.Add(new SettingsProblem(
                setting,
                $"The path '{text}' begins at an element, but none are read one by one; write $ or set each."));
            return null;
        }

        var path = Compile(setting, isOfElement ? $"${text[1..]}" : text, problems);
        return isOfElement || spec.EachPath is null ? new EitherPath(path, null) : new EitherPath(null, path);
    }

    private static JsonPath? Compile(string setting, string text, List<SettingsProblem> problems)
    {
        if (!JsonPath.TryCompile(text, out var path, out var problem))
        {
            problems.Add(new SettingsProblem(setting, problem));
        }

        return path;
    }

    private void DecodeElement(
        in ReadOnlySequence<byte> document, in ReadOnlySequence<byte> element, string? member, IDocumentReadings into)
    {
        for (var i = 0; i < _readings.Length; i++)
        {
            JsonFound around = default;
            var reason = JsonWalk.Read(element, _readings[i].InElement, out var found);
            if (reason is null && _readings[i].Around is { } paths)
            {
                reason = JsonWalk.Read(document, paths, out around);
            }

            if (reason is not null)
            {
                into.OnFailed(element, reason);
            }
            else if ((found.Value ?? around.Value) is { } value)
            {
                into.OnReading(
                    i,
                    found.Name ?? around.Name ?? member,
                    new DecodedPayload(value, found.Timestamp ?? around.Timestamp, found.Quality ?? around.Quality));
            }
        }
    }

    /// <param name="InElement">What is looked for in each element.</param>
    /// <param name="Around">What is looked for in the whole document; null for nothing.</param>
    private sealed record Compiled(JsonPaths InElement, JsonPaths? Around);

    private sealed record EitherPath(JsonPath? OfElement, JsonPath? OfDocument);
}
