using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Meridian.Connectors.Mqtt.South.Gathering;
using Meridian.Formats.Payloads;
using Meridian.Formats.Templates;
using Meridian.Sdk.Readings;
using Meridian.Sdk.Settings;
using Meridian.Sdk.South;

namespace Meridian.Connectors.Mqtt.South.Routing;

/// <summary>Several readings per JSON payload, each with a point's name of its own.</summary>
internal sealed class DocumentItemDecoder : ItemDecoder, IDocumentReadings
{
    private const TemplatePlaceholders Placeholders = RoutedItem.PointPlaceholders | TemplatePlaceholders.Name;

    private readonly DocumentDecoder _decoder;
    private readonly PointNames[] _points;
    private readonly bool _givesNames;

    // What is being decoded: set by Decode, for the calls back from within it.
    private RoutedItem? _item;
    private string _topic = "";
    private string _fallback = "";
    private ISouthContext? _context;
    private MessageReadings? _into;
    private DateTimeOffset _arrival;

    private DocumentItemDecoder(DocumentDecoder decoder, PointNames[] points, bool givesNames)
    {
        _decoder = decoder;
        _points = points;
        _givesNames = givesNames;
    }

    /// <inheritdoc cref="ItemDecoder.TryCompile"/>
    public static new bool TryCompile(
        MqttItemSettings settings,
        TextTemplate? point,
        [NotNullWhen(true)] out ItemDecoder? decoder,
        out IReadOnlyList<SettingsProblem> problems)
    {
        var payload = settings.Payload;
        IReadOnlyList<MqttReadingSettings> readings = payload.Readings.Count > 0
            ? payload.Readings
            : [new MqttReadingSettings { Value = payload.Value, Name = payload.Name }];
        var spec = new DocumentSpec
        {
            EachPath = payload.Each,
            TimestampFormat = payload.TimestampFormat,
            Readings = [.. readings.Select(one => new DocumentReading
            {
                ValuePath = one.Value,
                NamePath = one.Name ?? payload.Name,
                TimestampPath = one.Timestamp ?? payload.Timestamp,
                QualityPath = one.Quality ?? payload.Quality,
                IsOptional = one.IsOptional,
            })],
        };
        var isCompiled = DocumentDecoder.TryCompile(spec, out var documents, out var found);
        var all = found.Select(problem => problem with { Path = PathOf(problem.Path, payload) }).ToList();
        if (payload.Readings.Count > 0 && payload.Value is not "$")
        {
            all.Add(new SettingsProblem(
                "payload.value", "Each of the readings says where its value is; leave this one out."));
        }

        var points = new List<PointNames>();
        for (var i = 0; i < readings.Count; i++)
        {
            var template = point;
            if (readings[i].Point is { } own
                && !TextTemplate.TryCompile(own, Placeholders, out template, out var wrong))
            {
                var path = string.Create(CultureInfo.InvariantCulture, $"payload.readings[{i}].point");
                all.AddRange(wrong.Select(problem => new SettingsProblem(path, problem)));
            }

            if (template is not null)
            {
                points.Add(new PointNames(template));
            }
        }

        problems = all;
        var isWhole = isCompiled && all.Count == 0 && points.Count == readings.Count;
        decoder = isWhole ? new DocumentItemDecoder(documents!, [.. points], payload.GivesNames) : null; // Compiled.
        return decoder is not null;
    }

    public override void Decode(
        RoutedItem item,
        in Route route,
        in ReadOnlySequence<byte> payload,
        ISouthContext context,
        MessageReadings into)
    {
        // A template that wants a name says nothing without one.
        _fallback = _givesNames ? route.Topic : route.Point;
        (_item, _topic, _context, _into) = (item, route.Topic, context, into);
        _arrival = context.Time.GetUtcNow();
        _decoder.Decode(payload, this);
    }

    void IDocumentReadings.OnReading(int index, string? name, in DecodedPayload decoded)
    {
        var reading = new Reading(
            _points[index].NameOf(_topic, _item!.Name, _context!.Name, name) ?? _fallback, // Set by Decode.
            decoded.Timestamp ?? _arrival,
            decoded.Value,
            decoded.Quality ?? Quality.Good);
        _into!.Add(reading, _item.Group);
    }

    void IDocumentReadings.OnFailed(in ReadOnlySequence<byte> part, string reason) =>
        _into!.Add(Undecoded(_item!, _fallback, part, reason, _context!), _item!.Group); // Set by Decode.

    private static string PathOf(string specPath, MqttPayloadSettings payload)
    {
        var path = specPath.Replace("Path", "", StringComparison.Ordinal);
        return payload.Readings.Count > 0 || !path.StartsWith("readings[", StringComparison.Ordinal)
            ? $"payload.{path}"
            : $"payload.{path[(path.IndexOf('.', StringComparison.Ordinal) + 1)..]}";
    }
}

/// <summary>The names that a template makes, remembered. Used by one thread at a time.</summary>
internal sealed class PointNames(TextTemplate template)
{
    // Topics and names come from outside, so what is remembered is bounded.
    private const int MaxKnown = 16_384;

    private readonly Dictionary<(string Topic, string? Name), string?> _known = [];

    /// <summary>The name; null when the template gives none that can be used.</summary>
    public string? NameOf(string topic, string item, string south, string? name)
    {
        if (_known.TryGetValue((topic, name), out var known))
        {
            return known;
        }

        var point = template.Render(new TemplateArguments { Topic = topic, Item = item, South = south, Name = name });
        known = point.Length > 0 && Encoding.UTF8.GetByteCount(point) <= ItemRoutes.MaxPointBytes ? point : null;
        if (_known.Count >= MaxKnown)
        {
            _known.Clear();
        }

        _known.Add((topic, name), known);
        return known;
    }
}
