using System.Runtime.InteropServices;
using System.Text;
using Meridian.Formats.Templates;
using Meridian.Mqtt;
using Meridian.Sdk.Readings;

namespace Meridian.Connectors.Mqtt.North;

/// <summary>
/// From a reading to the properties of its message (MQTT 5.0 §3.3.2.3). Made once where they are always the same, once
/// per point where they depend on that alone. Used by one call at a time.
/// </summary>
internal sealed class PublishProperties
{
    /// <summary>What a text in a property may have (MQTT 5.0 §1.5.4).</summary>
    public const int MaxTextBytes = 65_535;

    private const int MaxKnownPoints = 16_384;

    // Their length, Payload Format Indicator, Message Expiry Interval; before each text an identifier and a length.
    private const int FixedBytes = 4 + 2 + 5;
    private const int BytesPerText = 3;

    private readonly Dictionary<string, MadeProperties> _known = new(StringComparer.Ordinal);
    private readonly MqttMessageSettings _settings;
    private readonly KeyValuePair<string, TextTemplate>[] _templates;
    private readonly MadeProperties? _always;
    private readonly bool _dependsOnPointAlone;

    public PublishProperties(MqttMessageSettings? settings)
    {
        _settings = settings ?? new MqttMessageSettings();
        _templates = [.. _settings.UserProperties.Select(static one =>
            new KeyValuePair<string, TextTemplate>(one.Key, Compile(one.Value)))];
        var used = _templates.Aggregate(
            TemplatePlaceholders.None, static (sum, template) => sum | template.Value.Used);
        _dependsOnPointAlone = ReadingPlaceholders.DependsOnPointAlone(used);
        _always = used == TemplatePlaceholders.None ? Make(default) : null;
    }

    /// <summary>The properties of a reading's message, or why it has none.</summary>
    /// <param name="reading">The reading.</param>
    /// <param name="isText">Whether its payload is text.</param>
    public PublishedProperties Find(in Reading reading, bool isText)
    {
        var made = _always ?? (_dependsOnPointAlone ? Remember(reading) : Make(reading));
        return new PublishedProperties(isText ? made.OfText : made.OfBytes, made.Bytes, made.Problem);
    }

    private static TextTemplate Compile(string text) =>
        TextTemplate.TryCompile(text, ReadingPlaceholders.All, out var template, out var problems)
            ? template
            : throw new ArgumentException(problems[0], nameof(text));

    private MadeProperties Remember(in Reading reading)
    {
        if (!_known.TryGetValue(reading.Point, out var made))
        {
            made = Make(reading);
            if (_known.Count >= MaxKnownPoints)
            {
                _known.Clear();
            }

            _known.Add(reading.Point, made);
        }

        return made;
    }

    private MadeProperties Make(in Reading reading)
    {
        var bytes = FixedBytes + (_settings.ContentType is { } type ? BytesOf(type) : 0);
        var userProperties = new MqttUserProperty[_templates.Length];
        for (var i = 0; i < userProperties.Length; i++)
        {
            var (name, template) = _templates[i];
            var value = template.Render(new TemplateArguments { Reading = reading });
            if (value.Contains('\0', StringComparison.Ordinal) || Encoding.UTF8.GetByteCount(value) > MaxTextBytes)
            {
                return new MadeProperties(
                    null,
                    null,
                    0,
                    $"The user property '{name}' for point '{reading.Point}' contains U+0000 or has more than "
                    + $"{MaxTextBytes} bytes, which MQTT forbids; leave what it is made of out of its template.");
            }

            userProperties[i] = new MqttUserProperty(name, value);
            bytes += BytesOf(name) + BytesOf(value);
        }

        var ofText = new MqttMessageProperties
        {
            IsText = true,
            ContentType = _settings.ContentType,
            Expiry = _settings.MessageExpiry,
            UserProperties = userProperties,
        };
        return new MadeProperties(ofText, ofText with { IsText = false }, bytes, null);
    }

    private static int BytesOf(string text) => BytesPerText + Encoding.UTF8.GetByteCount(text);

    private sealed record MadeProperties(
        MqttMessageProperties? OfText, MqttMessageProperties? OfBytes, int Bytes, string? Problem);
}

/// <summary>The properties of a message, or the problem that they have.</summary>
/// <param name="Properties">The properties; null for none.</param>
/// <param name="Bytes">What they take at most.</param>
/// <param name="Problem">Why there are none.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct PublishedProperties(MqttMessageProperties? Properties, int Bytes, string? Problem);
