using System.Text.Json.Nodes;
using Meridian.Configuration.Limits;
using Meridian.Configuration.References;
using Meridian.Configuration.Scalars;
using Meridian.Configuration.Shapes;

namespace Meridian.Configuration.Schema;

/// <summary>
/// A number, text, word, true or false, or a secret → its keywords. A reference may stand in place of any of them, so
/// what limits the value itself never binds a text with a reference.
/// </summary>
internal static class ScalarSchema
{
    /// <summary>Writes the keywords of a scalar.</summary>
    /// <param name="shape">The scalar.</param>
    /// <param name="limits">What its value must obey.</param>
    /// <param name="isNullable">Whether null may stand for leaving it out.</param>
    /// <param name="definitions">Where patterns are defined.</param>
    public static JsonObject Write(
        ScalarShape shape, IReadOnlyList<Limit> limits, bool isNullable, SchemaDefinitions definitions) =>
        shape.Kind switch
        {
            ScalarKind.Whole => WriteNumber(shape, "integer", limits, isNullable, definitions),
            ScalarKind.Fraction => WriteNumber(shape, "number", limits, isNullable, definitions),
            ScalarKind.Boolean => WriteBoolean(limits, isNullable, definitions),
            ScalarKind.Text => WriteText(SchemaDefinitions.Text, limits, isNullable, definitions),
            ScalarKind.Word => WriteWord(shape, limits, isNullable, definitions),
            _ => WritePatterned(shape, limits, isNullable, definitions),
        };

    /// <summary>Writes the keywords of a secret.</summary>
    /// <param name="limits">What its value must obey.</param>
    /// <param name="isNullable">Whether null may stand for leaving it out.</param>
    /// <param name="definitions">Where patterns are defined.</param>
    public static JsonObject WriteSecret(
        IReadOnlyList<Limit> limits, bool isNullable, SchemaDefinitions definitions)
    {
        var schema = WriteText(SchemaDefinitions.Secret, limits, isNullable, definitions);
        schema.Add("x-secret", true);
        return schema;
    }

    private static JsonObject WriteNumber(
        ScalarShape shape, string type, IReadOnlyList<Limit> limits, bool isNullable, SchemaDefinitions definitions)
    {
        var schema = new JsonObject
        {
            ["type"] = SchemaKeywords.Types(isNullable, type, "string"),
            ["$ref"] = definitions.DefineText(SchemaDefinitions.Reference),
        };
        schema.Take(LimitKeywords.OfNumber(shape, limits));
        if (LimitKeywords.Choices(limits) is { } choices)
        {
            schema.Add("anyOf", new JsonArray(
                new JsonObject { ["enum"] = choices },
                new JsonObject { ["type"] = SchemaKeywords.Types(isNullable, "string") }));
        }

        return schema;
    }

    private static JsonObject WriteBoolean(
        IReadOnlyList<Limit> limits, bool isNullable, SchemaDefinitions definitions)
    {
        var schema = new JsonObject
        {
            ["type"] = SchemaKeywords.Types(isNullable, "boolean", "string"),
            ["$ref"] = definitions.DefineText(SchemaDefinitions.Reference),
        };
        schema.Take(LimitKeywords.Denials(limits));
        if (LimitKeywords.Choices(limits) is { } choices)
        {
            schema.Add("anyOf", new JsonArray(
                new JsonObject { ["enum"] = choices },
                new JsonObject { ["type"] = SchemaKeywords.Types(isNullable, "string") }));
        }

        return schema;
    }

    private static JsonObject WriteText(
        string kind, IReadOnlyList<Limit> limits, bool isNullable, SchemaDefinitions definitions)
    {
        var schema = new JsonObject
        {
            ["type"] = SchemaKeywords.Types(isNullable, "string"),
            ["$ref"] = definitions.DefineText(kind),
        };
        schema.Take(LimitKeywords.Denials(limits));
        var own = LimitKeywords.OfText(limits);
        if (LimitKeywords.Choices(limits) is { } choices)
        {
            own.Add("enum", choices);
        }

        // Not to be empty holds for a text with a reference as well; everything else holds for what it becomes.
        if (own.Count == 1 && (int?)own["minLength"] == 1)
        {
            schema.Take(own);
        }
        else if (own.Count > 0)
        {
            schema.Add("anyOf", new JsonArray(own, new JsonObject { ["pattern"] = TextPatterns.Changed }));
        }

        return schema;
    }

    private static JsonObject WriteWord(
        ScalarShape shape, IReadOnlyList<Limit> limits, bool isNullable, SchemaDefinitions definitions)
    {
        string[] words = [.. shape.Words.Where(word => IsAllowed(shape, limits, word))];
        var own = new JsonObject { ["enum"] = SchemaKeywords.Texts(words) };
        if (words.Any(word => shape.DescribeWord(word) is not null))
        {
            // Not of the standard, which knows no descriptions of words; editors show them.
            own.Add("enumDescriptions", SchemaKeywords.Texts(
                words.Select(word => shape.DescribeWord(word) ?? string.Empty)));
        }

        return new JsonObject
        {
            ["type"] = SchemaKeywords.Types(isNullable, "string"),
            ["anyOf"] = new JsonArray(
                own, new JsonObject { ["$ref"] = definitions.DefineText(SchemaDefinitions.Reference) }),
        };
    }

    private static JsonObject WritePatterned(
        ScalarShape shape, IReadOnlyList<Limit> limits, bool isNullable, SchemaDefinitions definitions)
    {
        var schema = new JsonObject
        {
            ["type"] = shape.Forms.HasFlag(ScalarForms.Number)
                ? SchemaKeywords.Types(isNullable, "string", "integer")
                : SchemaKeywords.Types(isNullable, "string"),
            ["$ref"] = definitions.DefineScalar(shape),
        };
        schema.Take(LimitKeywords.OfPatterned(shape, limits));
        if (shape.Kind == ScalarKind.Character && LimitKeywords.Choices(limits) is { } choices)
        {
            schema.Add("anyOf", new JsonArray(
                new JsonObject { ["enum"] = choices },
                new JsonObject { ["$ref"] = definitions.DefineText(SchemaDefinitions.Reference) }));
        }

        return schema;
    }

    private static bool IsAllowed(ScalarShape shape, IReadOnlyList<Limit> limits, string word) =>
        shape.Read(word).Value is { } value && limits.All(limit => limit.Objection(word, value) is null);
}
