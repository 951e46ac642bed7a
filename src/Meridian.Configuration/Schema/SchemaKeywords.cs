using System.Text.Json.Nodes;

namespace Meridian.Configuration.Schema;

/// <summary>Small pieces that every part of a schema is made of.</summary>
internal static class SchemaKeywords
{
    /// <summary>The value of <c>type</c>: one word, or a list of several.</summary>
    /// <param name="isNullable">Whether null may stand there, which is the same as leaving the property out.</param>
    /// <param name="types">The words, the value's own first.</param>
    public static JsonNode Types(bool isNullable, params ReadOnlySpan<string> types)
    {
        if (!isNullable && types.Length == 1)
        {
            return JsonValue.Create(types[0]);
        }

        var list = new JsonArray();
        foreach (var type in types)
        {
            list.Add(type);
        }

        if (isNullable)
        {
            list.Add("null");
        }

        return list;
    }

    /// <summary>A list of texts.</summary>
    public static JsonArray Texts(IEnumerable<string> texts) => [.. texts.Select(text => JsonValue.Create(text))];

    /// <summary>Moves all keywords of another object to this one.</summary>
    public static void Take(this JsonObject target, JsonObject other)
    {
        foreach (var (name, value) in other.ToArray())
        {
            other.Remove(name);
            target.Add(name, value);
        }
    }

    /// <summary>Adds one more schema that must hold, too.</summary>
    public static void AndAlso(this JsonObject target, JsonObject schema)
    {
        if (target["allOf"] is not JsonArray all)
        {
            target.Add("allOf", all = []);
        }

        all.Add(schema);
    }
}
