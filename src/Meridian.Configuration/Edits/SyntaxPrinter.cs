using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Meridian.Configuration.Edits;

/// <summary>Writes values that a file did not have: on one line where they fit, else one property a line.</summary>
internal static class SyntaxPrinter
{
    // With the indentation of what is around it, a line stays within what an editor shows.
    private const int MaxLineLength = 100;
    private const string Step = "  ";

    private static readonly JsonSerializerOptions Plain = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Writes a value.</summary>
    /// <param name="value">The value.</param>
    /// <param name="indentation">The white space that its first line has before it.</param>
    /// <param name="newLine">How lines end.</param>
    public static string Print(JsonNode? value, string indentation, string newLine)
    {
        var line = OnOneLine(value);
        if (indentation.Length + line.Length <= MaxLineLength)
        {
            return line;
        }

        var inner = indentation + Step;
        return value switch
        {
            JsonObject { Count: > 0 } record => Lines(
                '{',
                record.Select(one => $"{Name(one.Key)}: {Print(one.Value, inner, newLine)}"),
                '}',
                indentation,
                newLine),
            JsonArray { Count: > 0 } list => Lines(
                '[', list.Select(one => Print(one, inner, newLine)), ']', indentation, newLine),
            _ => line,
        };
    }

    /// <summary>Writes the name of a property.</summary>
    public static string Name(string name) => JsonSerializer.Serialize(name, Plain);

    private static string OnOneLine(JsonNode? value) => value switch
    {
        JsonObject { Count: > 0 } record =>
            $"{{ {string.Join(", ", record.Select(static one => $"{Name(one.Key)}: {OnOneLine(one.Value)}"))} }}",
        JsonArray list => $"[{string.Join(", ", list.Select(OnOneLine))}]",
        null => "null",
        _ => value.ToJsonString(Plain),
    };

    private static string Lines(char open, IEnumerable<string> entries, char close, string indentation, string newLine)
    {
        var text = new StringBuilder().Append(open);
        var isFirst = true;
        foreach (var entry in entries)
        {
            text.Append(isFirst ? string.Empty : ",").Append(newLine).Append(indentation).Append(Step).Append(entry);
            isFirst = false;
        }

        return text.Append(newLine).Append(indentation).Append(close).ToString();
    }
}
