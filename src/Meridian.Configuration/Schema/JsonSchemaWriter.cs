using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Meridian.Configuration.Shapes;
using Meridian.Sdk;

namespace Meridian.Configuration.Schema;

/// <summary>
/// Writes JSON Schema (draft 2020-12) for the configuration file and for the settings of connectors. The same catalog
/// gives the same text, byte for byte.
/// </summary>
/// <remarks>
/// What <see cref="ConfigurationReader"/> takes is valid; where the schema takes more is told in
/// <c>docs/configuration-schema.md</c>. Stateless; any number of threads.
/// </remarks>
public static class JsonSchemaWriter
{
    private static readonly JsonWriterOptions Options = new()
    {
        Indented = true,
        NewLine = "\n",

        // It is read by people; nobody puts it into HTML as it is.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The schema of the whole file.</summary>
    /// <param name="catalog">The kinds of connectors there are.</param>
    public static SchemaDocument WriteFile(ConnectorCatalog catalog)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return Write(
            "Meridian's configuration",
            "What a gateway carries, from where to where. Comments and trailing commas are allowed.",
            (definitions, settings) =>
            {
                var schema = new FileSchema(catalog, definitions, settings).Write();

                // Not of the standard: words that editors know.
                schema.Add("allowComments", true);
                schema.Add("allowTrailingCommas", true);
                return schema;
            });
    }

    /// <summary>The schema of a connector's settings alone.</summary>
    /// <param name="manifest">The kind of connector.</param>
    /// <exception cref="ArgumentException">Its record cannot be a settings record; the message says why.</exception>
    public static SchemaDocument WriteSettings(ConnectorManifest manifest)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        return Write(
            manifest.Name,
            manifest.Description,
            (_, settings) => settings.Write(SettingsShape.Of(manifest.SettingsType)));
    }

    /// <summary>The schema of one item of a South alone, with what belongs to every item.</summary>
    /// <param name="manifest">The kind of South.</param>
    /// <exception cref="ArgumentException">Its record cannot be a settings record; the message says why.</exception>
    public static SchemaDocument WriteItem(SouthManifest manifest)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        return Write(
            $"{manifest.Name}: item",
            description: null,
            (definitions, settings) => ItemSchema.Write(manifest, settings, definitions));
    }

    private static SchemaDocument Write(
        string title, string? description, Func<SchemaDefinitions, SettingsSchema, JsonObject> write)
    {
        var definitions = new SchemaDefinitions();
        var settings = new SettingsSchema(definitions);
        var root = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["title"] = title,
        };
        if (description is not null)
        {
            root.Add("description", description);
        }

        root.Take(write(definitions, settings));
        root.Add("$defs", definitions.All);

        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            root.WriteTo(writer);
        }

        return new SchemaDocument($"{Encoding.UTF8.GetString(buffer.ToArray())}\n", [.. settings.MissingWords]);
    }
}
