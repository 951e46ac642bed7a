using System.Text.Json.Nodes;
using Meridian.Configuration.Conditions;
using Meridian.Configuration.Shapes;

namespace Meridian.Configuration.Schema;

/// <summary>
/// Conditions of settings → <c>if</c>, <c>then</c>, <c>else</c>. Where a reference stands for the setting that decides,
/// the schema knows nothing: it then neither forbids nor asks.
/// </summary>
internal static class ConditionSchema
{
    /// <summary>Adds the conditions of a record's properties to its schema.</summary>
    /// <param name="shape">The record.</param>
    /// <param name="schema">Its schema.</param>
    /// <param name="definitions">Where references are defined.</param>
    public static void Add(SettingsShape shape, JsonObject schema, SchemaDefinitions definitions)
    {
        foreach (var property in shape.Conditional)
        {
            if (property.Condition is not { } condition)
            {
                continue;
            }

            schema.AndAlso(new JsonObject
            {
                ["if"] = Holds(condition, isSure: false, definitions),
                ["else"] = Only(property, new JsonObject { ["type"] = "null" }),
            });
            if (condition.IsRequired)
            {
                var required = Only(property, new JsonObject { ["not"] = new JsonObject { ["type"] = "null" } });
                required.Add("required", SchemaKeywords.Texts([property.Name]));
                schema.AndAlso(new JsonObject
                {
                    ["if"] = Holds(condition, isSure: true, definitions),
                    ["then"] = required,
                });
            }
        }
    }

    /// <summary>The condition for forms: each setting that decides, with its values; all must hold.</summary>
    public static JsonObject ForForms(FieldCondition condition)
    {
        var deciding = new JsonObject();
        foreach (var term in condition.Terms)
        {
            deciding[term.Property.Name] = Values(term);
        }

        return deciding;
    }

    private static JsonObject Only(SettingsProperty property, JsonObject schema) =>
        new() { ["properties"] = new JsonObject { [property.Name] = schema } };

    private static JsonObject Holds(FieldCondition condition, bool isSure, SchemaDefinitions definitions)
    {
        var properties = new JsonObject();
        foreach (var term in condition.Terms)
        {
            var values = Values(term);
            if (term.HoldsByDefault)
            {
                values.Add(null);
            }

            var own = new JsonObject { ["enum"] = values };
            properties[term.Property.Name] = isSure
                ? own
                : new JsonObject { ["anyOf"] = new JsonArray(own, Reference(definitions)) };
        }

        var schema = new JsonObject { ["properties"] = properties };
        var mustBeSet = condition.Terms.Where(term => !term.HoldsByDefault).ToArray();
        if (mustBeSet.Length > 0)
        {
            schema.Add("required", SchemaKeywords.Texts(mustBeSet.Select(term => term.Property.Name)));
        }

        return schema;
    }

    private static JsonArray Values(ConditionTerm term) =>
        [.. term.Values.Select(value => DefaultJson.Write(term.Property.Value, value))];

    private static JsonObject Reference(SchemaDefinitions definitions) => new()
    {
        ["type"] = "string",
        ["$ref"] = definitions.DefineText(SchemaDefinitions.Reference),
    };
}
