using System.Diagnostics;
using System.Text.Json.Nodes;
using Meridian.Configuration.Scalars;
using Meridian.Configuration.Sections;
using Meridian.Configuration.Shapes;
using Meridian.Sdk;

namespace Meridian.Configuration.Schema;

/// <summary>
/// The schema of the whole file: the sections as their readers read them, and for each kind of connector what stands in
/// its settings and items.
/// </summary>
/// <param name="catalog">The kinds of connectors.</param>
/// <param name="definitions">Where definitions go.</param>
/// <param name="settings">Writes the records.</param>
internal sealed class FileSchema(ConnectorCatalog catalog, SchemaDefinitions definitions, SettingsSchema settings)
{
    /// <summary>Writes the file's outermost object.</summary>
    public JsonObject Write() =>
        settings.Write(SettingsShape.Of(typeof(FileSection)), property => property.Name switch
        {
            "gateway" => settings.Write(SettingsShape.Of(typeof(GatewayConfig)), isNullable: true),
            "schedules" => List(definitions.Define("schedule", WriteSchedule)),
            "souths" => List(definitions.Define("south", WriteSouth)),
            "norths" => List(definitions.Define("north", WriteNorth)),
            _ => throw new UnreachableException(),
        });

    private JsonObject WriteSchedule()
    {
        var schema = settings.Write(SettingsShape.Of(typeof(ScheduleSection)));
        schema.Add("oneOf", new JsonArray(IsSet("every"), IsSet("cron")));
        return schema;
    }

    private static JsonObject IsSet(string property) => new()
    {
        ["properties"] = new JsonObject
        {
            [property] = new JsonObject { ["not"] = new JsonObject { ["type"] = "null" } },
        },
        ["required"] = new JsonArray(property),
    };

    private JsonObject WriteSouth()
    {
        var item = new JsonObject { ["type"] = "object", ["required"] = new JsonArray("name") };
        var schema = settings.Write(SettingsShape.Of(typeof(SouthSection)), property => property.Name switch
        {
            "settings" => Object(),
            "items" => List(item),
            _ => throw new UnreachableException(),
        });
        NameTypes(schema, catalog.Souths);
        foreach (var south in catalog.Souths)
        {
            var properties = new JsonObject
            {
                ["settings"] = Settings("south", south),
                ["items"] = new JsonObject
                {
                    ["items"] = Ref(definitions.Define(
                        $"south.{south.Id}.item", () => ItemSchema.Write(south, settings, definitions))),
                },
            };
            AddType(schema, south, properties);
        }

        return schema;
    }

    private JsonObject WriteNorth()
    {
        var schema = settings.Write(SettingsShape.Of(typeof(NorthSection)), property => property.Name switch
        {
            "settings" => Object(),
            "from" => Names(),
            "batch" => settings.Write(SettingsShape.Of(typeof(BatchSection)), isNullable: true),
            _ => throw new UnreachableException(),
        });
        NameTypes(schema, catalog.Norths);
        foreach (var north in catalog.Norths)
        {
            AddType(schema, north, new JsonObject { ["settings"] = Settings("north", north) });
        }

        return schema;
    }

    // A reference may also stand for the type; then nothing is known of the settings.
    private void NameTypes(JsonObject schema, IReadOnlyList<ConnectorManifest> manifests)
    {
        var type = (JsonObject)schema["properties"]!["type"]!; // both sections have it
        type["anyOf"] = new JsonArray(
            new JsonObject
            {
                ["enum"] = SchemaKeywords.Texts(manifests.Select(manifest => manifest.Id)),
                ["enumDescriptions"] = SchemaKeywords.Texts(
                    manifests.Select(manifest => $"{manifest.Name}: {manifest.Description}")),
            },
            new JsonObject { ["$ref"] = definitions.DefineText(SchemaDefinitions.Reference) });
    }

    private static void AddType(JsonObject schema, ConnectorManifest manifest, JsonObject properties)
    {
        var then = new JsonObject { ["properties"] = properties };
        if (NeedsSettings(manifest))
        {
            then.Add("required", new JsonArray("settings"));
        }

        schema.AndAlso(new JsonObject
        {
            ["if"] = new JsonObject
            {
                ["properties"] = new JsonObject { ["type"] = new JsonObject { ["const"] = manifest.Id } },
                ["required"] = new JsonArray("type"),
            },
            ["then"] = then,
        });
    }

    private JsonObject Settings(string side, ConnectorManifest manifest) =>
        Ref(definitions.Define($"{side}.{manifest.Id}.settings", () =>
        {
            var schema = new JsonObject { ["title"] = manifest.Name, ["description"] = manifest.Description };
            schema.Take(settings.Write(
                SettingsShape.Of(manifest.SettingsType), isNullable: !NeedsSettings(manifest)));
            return schema;
        }));

    // Left out they are an empty object, which is good only when nothing is required in it.
    private static bool NeedsSettings(ConnectorManifest manifest) =>
        SettingsShape.Of(manifest.SettingsType).Properties.Any(property =>
            property.IsRequired || property.Condition is { IsRequired: true, HoldsByDefault: true });

    private JsonObject Names()
    {
        var name = ScalarShapes.Find(typeof(string)) ?? throw new UnreachableException();
        return new JsonObject
        {
            ["type"] = SchemaKeywords.Types(isNullable: true, "array"),
            ["items"] = ScalarSchema.Write(name, [], isNullable: false, definitions),
            ["minItems"] = 1,
            ["uniqueItems"] = true,
        };
    }

    private static JsonObject Object() => new() { ["type"] = SchemaKeywords.Types(isNullable: true, "object") };

    private static JsonObject Ref(string path) => new() { ["$ref"] = path };

    private static JsonObject List(string path) => List(Ref(path));

    private static JsonObject List(JsonObject items) => new()
    {
        ["type"] = SchemaKeywords.Types(isNullable: true, "array"),
        ["items"] = items,
    };
}
