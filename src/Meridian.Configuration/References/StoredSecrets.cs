using System.Text.Json;
using System.Text.Json.Nodes;
using Meridian.Configuration.Shapes;

namespace Meridian.Configuration.References;

/// <summary>
/// Fills in the secrets of settings that are not saved yet. Whoever changes settings never sees the secrets that are
/// stored; where such settings say <see cref="Placeholder"/> the stored one is meant.
/// </summary>
/// <remarks>Stateless; any thread.</remarks>
public static class StoredSecrets
{
    /// <summary>What stands for a secret that is not shown.</summary>
    public const string Placeholder = "***";

    /// <summary>Fills in secrets.</summary>
    /// <param name="unsaved">The settings as JSON; changed in place.</param>
    /// <param name="stored">
    /// The settings as they are stored, of the same type; null for none. Entries of lists belong together by their
    /// place.
    /// </param>
    /// <param name="settingsType">The settings record.</param>
    /// <returns>
    /// The paths of secrets that are not stored, such as <c>auth.password</c>: they have to be written. Empty when all
    /// is filled in.
    /// </returns>
    public static IReadOnlyList<string> FillIn(JsonObject unsaved, JsonObject? stored, Type settingsType)
    {
        ArgumentNullException.ThrowIfNull(unsaved);
        ArgumentNullException.ThrowIfNull(settingsType);
        var missing = new List<string>();
        FillIn(unsaved, stored, SettingsShape.Of(settingsType), string.Empty, missing);
        return missing;
    }

    private static void FillIn(
        JsonObject unsaved, JsonObject? stored, SettingsShape shape, string path, List<string> missing)
    {
        foreach (var property in shape.Properties)
        {
            if (unsaved[property.Name] is { } value)
            {
                FillIn(value, stored?[property.Name], property.Value, $"{path}{property.Name}", missing);
            }
        }
    }

    private static void FillIn(JsonNode unsaved, JsonNode? stored, ValueShape shape, string path, List<string> missing)
    {
        switch (shape, unsaved)
        {
            case (SecretShape, JsonValue value) when IsPlaceholder(value):
                if (stored is JsonValue && !IsPlaceholder(stored))
                {
                    unsaved.ReplaceWith(stored.DeepClone());
                }
                else
                {
                    missing.Add(path);
                }

                break;
            case (RecordShape record, JsonObject nested):
                FillIn(nested, stored as JsonObject, SettingsShape.Of(record.Type), $"{path}.", missing);
                break;
            case (ListShape list, JsonArray entries):
                for (var i = 0; i < entries.Count; i++)
                {
                    if (entries[i] is { } entry)
                    {
                        var before = stored is JsonArray others && i < others.Count ? others[i] : null;
                        FillIn(entry, before, list.Element, $"{path}[{i}]", missing);
                    }
                }

                break;
            case (MapShape map, JsonObject entries):
                foreach (var (key, entry) in entries.ToArray())
                {
                    if (entry is not null)
                    {
                        FillIn(entry, (stored as JsonObject)?[key], map.Element, $"{path}.{key}", missing);
                    }
                }

                break;
            default:
                break;
        }
    }

    private static bool IsPlaceholder(JsonNode value) =>
        value.GetValueKind() == JsonValueKind.String
        && string.Equals(value.GetValue<string>(), Placeholder, StringComparison.Ordinal);
}
