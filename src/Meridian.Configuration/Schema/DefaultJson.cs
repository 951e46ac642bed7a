using System.Collections;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Meridian.Configuration.References;
using Meridian.Configuration.Scalars;
using Meridian.Configuration.Shapes;
using Meridian.Configuration.Words;
using Meridian.Sdk.Settings;

namespace Meridian.Configuration.Schema;

/// <summary>A bound value → the JSON that a file would write for it.</summary>
internal static class DefaultJson
{
    /// <summary>Writes a value.</summary>
    /// <returns>The JSON; null for no value, a secret, and what JSON cannot write.</returns>
    public static JsonNode? Write(ValueShape shape, object? value) => (shape, value) switch
    {
        (_, null) => null,
        (ScalarShape scalar, _) => WriteScalar(scalar, value),
        (FreeShape, FreeJson free) => JsonNode.Parse(free.Json),
        (ListShape list, IEnumerable entries) =>
            new JsonArray([.. entries.Cast<object?>().Select(entry => Write(list.Element, entry))]),
        (MapShape map, IDictionary entries) => WriteMap(map, entries),
        (RecordShape record, _) => WriteRecord(SettingsShape.Of(record.Type), value),
        _ => null,
    };

    private static JsonNode? WriteScalar(ScalarShape shape, object value) => (shape.Kind, value) switch
    {
        (ScalarKind.Boolean, bool flag) => JsonValue.Create(flag),
        (ScalarKind.Fraction, double number) => double.IsFinite(number) ? JsonValue.Create(number) : null,
        (ScalarKind.Fraction, float number) => float.IsFinite(number) ? JsonValue.Create(number) : null,
        (ScalarKind.Fraction or ScalarKind.Whole, _) => JsonNode.Parse(ValueText.Of(value)),
        (ScalarKind.Word, _) => shape.Words.Contains(ValueText.Of(value), StringComparer.Ordinal)
            ? JsonValue.Create(ValueText.Of(value))
            : null,

        // A dollar more, as a file writes a text that looks like a reference.
        (_, string text) => JsonValue.Create(
            Regex.Replace(text, TextPatterns.Changed, "$$$0", RegexOptions.None, TimeSpan.FromSeconds(1))),
        _ => JsonValue.Create(ValueText.Of(value)),
    };

    private static JsonObject WriteMap(MapShape shape, IDictionary entries)
    {
        var json = new JsonObject();
        foreach (DictionaryEntry entry in entries)
        {
            json[(string)entry.Key] = Write(shape.Element, entry.Value);
        }

        return json;
    }

    // Only what differs from the record's own defaults: the rest is said at its own properties.
    private static JsonObject WriteRecord(SettingsShape shape, object value)
    {
        var json = new JsonObject();
        var plain = shape.Create();
        foreach (var property in shape.Properties)
        {
            var written = Write(property.Value, property.Property.GetValue(value));
            if (!JsonNode.DeepEquals(written, Write(property.Value, property.Property.GetValue(plain))))
            {
                json[property.Name] = written;
            }
        }

        return json;
    }
}
