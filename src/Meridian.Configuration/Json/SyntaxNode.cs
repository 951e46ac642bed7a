using System.Text.Json.Nodes;

namespace Meridian.Configuration.Json;

/// <summary>What is written → the same as JSON nodes, for those who change it.</summary>
internal static class SyntaxNode
{
    /// <summary>Makes nodes of a value; of a property that is there twice the first one counts.</summary>
    public static JsonNode? Of(JsonSyntax syntax)
    {
        switch (syntax)
        {
            case ObjectSyntax { Members: var members }:
                var record = new JsonObject();
                foreach (var member in members)
                {
                    record.TryAdd(member.Name, Of(member.Value));
                }

                return record;
            case ListSyntax { Elements: var elements }:
                return new JsonArray([.. elements.Select(Of)]);
            case TextSyntax { Text: var text }:
                return JsonValue.Create(text);
            case NumberSyntax { Digits: var digits }:
                return JsonNode.Parse(digits);
            case BooleanSyntax { IsTrue: var isTrue }:
                return JsonValue.Create(isTrue);
            default:
                return null;
        }
    }
}
