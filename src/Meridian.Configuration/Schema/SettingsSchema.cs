using System.Diagnostics;
using System.Text.Json.Nodes;
using Meridian.Configuration.Limits;
using Meridian.Configuration.Shapes;

namespace Meridian.Configuration.Schema;

/// <summary>
/// Shapes of settings → schemas. It walks the shapes that the binder walks, so both know the same properties, defaults
/// and limits.
/// </summary>
/// <param name="definitions">Where definitions go.</param>
internal sealed class SettingsSchema(SchemaDefinitions definitions)
{
    private readonly Stack<Type> _open = new();
    private readonly HashSet<string> _missingWords = new(StringComparer.Ordinal);

    /// <summary>Where there are no descriptions, and why: whole sentences.</summary>
    public IEnumerable<string> MissingWords => _missingWords.Order(StringComparer.Ordinal);

    /// <summary>The schema of a record.</summary>
    /// <param name="shape">The record.</param>
    /// <param name="section">The schema of a property that is bound later; asked for nothing else.</param>
    /// <param name="isNullable">Whether null may stand there.</param>
    public JsonObject Write(
        SettingsShape shape, Func<SettingsProperty, JsonObject>? section = null, bool isNullable = false)
    {
        var properties = new JsonObject();
        var schema = new JsonObject
        {
            ["type"] = SchemaKeywords.Types(isNullable, "object"),
            ["properties"] = properties,
        };
        AddTo(schema, properties, shape, section);
        schema.Add("additionalProperties", false);
        return schema;
    }

    /// <summary>The schema of an object that two records share.</summary>
    /// <param name="first">The record whose properties come first.</param>
    /// <param name="second">The other.</param>
    public JsonObject WriteTogether(SettingsShape first, SettingsShape second)
    {
        var properties = new JsonObject();
        var schema = new JsonObject { ["type"] = "object", ["properties"] = properties };
        AddTo(schema, properties, first, section: null);
        AddTo(schema, properties, second, section: null);
        schema.Add("additionalProperties", false);
        return schema;
    }

    private void AddTo(
        JsonObject schema,
        JsonObject properties,
        SettingsShape shape,
        Func<SettingsProperty, JsonObject>? section)
    {
        _open.Push(shape.Type);
        _missingWords.UnionWith(shape.MissingWords);
        foreach (var property in shape.Properties)
        {
            properties.Add(property.Name, WriteProperty(property, section));
            if (property.IsRequired)
            {
                if (schema["required"] is not JsonArray required)
                {
                    schema.Add("required", required = []);
                }

                required.Add(property.Name);
            }
        }

        ConditionSchema.Add(shape, schema, definitions);
        _open.Pop();
    }

    private JsonObject WriteProperty(SettingsProperty property, Func<SettingsProperty, JsonObject>? section)
    {
        var schema = new JsonObject { ["title"] = property.Title };
        AddUnlessNull(schema, "description", property.Description);
        schema.Take(
            property.Value is SyntaxShape
                ? section?.Invoke(property) ?? throw new UnreachableException()
                : WriteValue(property.Value, property.Limits, !property.IsRequired));
        AddUnlessNull(schema, "default", DefaultJson.Write(property.Value, property.Default));
        AddUnlessNull(schema, "x-unit", property.Unit);
        AddUnlessNull(schema, "x-group", property.Group);
        AddUnlessNull(
            schema,
            "x-visibleWhen",
            property.Condition is { } condition ? ConditionSchema.ForForms(condition) : null);
        return schema;
    }

    private JsonObject WriteValue(ValueShape shape, IReadOnlyList<Limit> limits, bool isNullable) => shape switch
    {
        ScalarShape scalar => ScalarSchema.Write(scalar, limits, isNullable, definitions),
        SecretShape => ScalarSchema.WriteSecret(limits, isNullable, definitions),
        FreeShape => new JsonObject
        {
            ["type"] = SchemaKeywords.Types(isNullable, "string", "object", "array"),
            ["$ref"] = definitions.DefineFree(),
        },
        ListShape list => WriteList(list, limits, isNullable),
        MapShape map => WriteMap(map, limits, isNullable),
        RecordShape record => WriteRecord(record, isNullable),
        _ => throw new UnreachableException(),
    };

    private JsonObject WriteList(ListShape shape, IReadOnlyList<Limit> limits, bool isNullable)
    {
        var schema = new JsonObject
        {
            ["type"] = SchemaKeywords.Types(isNullable, "array"),
            ["items"] = WriteElement(shape.Element),
        };
        schema.Take(LimitKeywords.Lengths(limits, "minItems", "maxItems"));
        return schema;
    }

    private JsonObject WriteMap(MapShape shape, IReadOnlyList<Limit> limits, bool isNullable)
    {
        var schema = new JsonObject
        {
            ["type"] = SchemaKeywords.Types(isNullable, "object"),
            ["additionalProperties"] = WriteElement(shape.Element),
        };
        schema.Take(LimitKeywords.Lengths(limits, "minProperties", "maxProperties"));
        return schema;
    }

    private JsonObject WriteElement(ValueShape shape)
    {
        var schema = new JsonObject();
        if (shape is RecordShape record)
        {
            AddUnlessNull(schema, "description", SettingsShape.Of(record.Type).Description);
        }

        schema.Take(WriteValue(shape, [], isNullable: false));
        return schema;
    }

    private JsonObject WriteRecord(RecordShape shape, bool isNullable)
    {
        if (!_open.Contains(shape.Type))
        {
            return Write(SettingsShape.Of(shape.Type), isNullable: isNullable);
        }

        var path = definitions.DefineRecord(shape.Type, () => Write(SettingsShape.Of(shape.Type)));
        var itself = new JsonObject { ["$ref"] = path };
        return isNullable
            ? new JsonObject { ["anyOf"] = new JsonArray(itself, new JsonObject { ["type"] = "null" }) }
            : itself;
    }

    private static void AddUnlessNull(JsonObject schema, string keyword, JsonNode? value)
    {
        if (value is not null)
        {
            schema.Add(keyword, value);
        }
    }
}
