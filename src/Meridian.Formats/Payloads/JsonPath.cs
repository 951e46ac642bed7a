using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Meridian.Formats.Payloads;

/// <summary>
/// A compiled path to one place in a JSON document: <c>$</c>, <c>$.a.b</c>, <c>$['a b']</c>, <c>$.a[0]</c>. It names at
/// most one value; wildcards, filters, slices and <c>..</c> are refused.
/// </summary>
/// <remarks>Immutable; any thread.</remarks>
public sealed class JsonPath
{
    /// <summary>As deep as the JSON reader goes.</summary>
    private const int MaxDepth = 64;

    private const string Allowed = "write $ for the whole document, $.name, $['any name'] or $[0], one after another";

    private readonly string _text;

    private JsonPath(string text, JsonPathStep[] steps)
    {
        _text = text;
        Steps = steps;
    }

    internal JsonPathStep[] Steps { get; }

    /// <summary>Compiles a path.</summary>
    /// <param name="text">The path.</param>
    /// <param name="path">The compiled path.</param>
    /// <param name="problem">Why it cannot be compiled, a whole sentence; null when it can.</param>
    /// <returns>Whether it could be compiled.</returns>
    public static bool TryCompile(
        string? text, [NotNullWhen(true)] out JsonPath? path, [NotNullWhen(false)] out string? problem)
    {
        path = null;
        var steps = new List<JsonPathStep>();
        var reason = string.IsNullOrEmpty(text) || text[0] != '$' ? "a path begins with $" : null;
        for (var at = 1; reason is null && at < text!.Length;)
        {
            reason = text[at] switch
            {
                '.' => ReadName(text, ref at, steps),
                '[' => ReadBracket(text, ref at, steps),
                _ => $"'{text[at]}' stands where . or [ is expected",
            };
        }

        if (reason is null && steps.Count > MaxDepth)
        {
            reason = $"it is {steps.Count} steps deep and JSON is read {MaxDepth} deep";
        }

        problem = reason is null ? null : $"The JSON path '{text}' does not work: {reason}; {Allowed}.";
        path = reason is null ? new JsonPath(text!, [.. steps]) : null;
        return path is not null;
    }

    /// <summary>The path as it was written.</summary>
    public override string ToString() => _text;

    /// <summary>What the path leads to from an element on.</summary>
    /// <param name="from">The element.</param>
    /// <param name="step">The first step that is taken.</param>
    /// <returns>The value; the default where there is nothing.</returns>
    internal JsonElement Find(JsonElement from, int step)
    {
        for (var at = from; ; step++)
        {
            if (step == Steps.Length)
            {
                return at;
            }

            var (name, index) = Steps[step];
            var isThere = name is not null
                ? at.ValueKind == JsonValueKind.Object && at.TryGetProperty(name, out at)
                : at.ValueKind == JsonValueKind.Array && index < at.GetArrayLength();
            if (!isThere)
            {
                return default;
            }

            at = name is null ? at[index] : at;
        }
    }

    private static string? ReadName(string text, ref int at, List<JsonPathStep> steps)
    {
        var start = ++at;
        while (at < text.Length && !".[]'\"*?@() \t".Contains(text[at], StringComparison.Ordinal))
        {
            at++;
        }

        if (at == start)
        {
            return at == text.Length ? "a name is missing at its end"
                : text[at] == '.' ? "'..' would name many values"
                : text[at] == '*' ? "'*' would name many values"
                : $"a name cannot begin with '{text[at]}' unless it is quoted";
        }

        steps.Add(new JsonPathStep(Encoding.UTF8.GetBytes(text[start..at]), -1));
        return null;
    }

    private static string? ReadBracket(string text, ref int at, List<JsonPathStep> steps)
    {
        at++;
        if (at < text.Length && text[at] is '\'' or '"')
        {
            return ReadQuoted(text, ref at, steps);
        }

        var start = at;
        while (at < text.Length && text[at] != ']')
        {
            at++;
        }

        if (at == text.Length)
        {
            return "a ] is missing";
        }

        var inside = text.AsSpan(start, at - start);
        if (!int.TryParse(inside, NumberStyles.None, CultureInfo.InvariantCulture, out var index))
        {
            return $"'[{inside}]' is neither an index from 0 nor a quoted name";
        }

        at++;
        steps.Add(new JsonPathStep(null, index));
        return null;
    }

    private static string? ReadQuoted(string text, ref int at, List<JsonPathStep> steps)
    {
        var quote = text[at++];
        var name = new StringBuilder();
        for (; at < text.Length && text[at] != quote; at++)
        {
            if (text[at] == '\\' && ++at == text.Length)
            {
                break;
            }

            name.Append(text[at]);
        }

        if (at + 1 >= text.Length || text[at + 1] != ']')
        {
            return $"a quoted name is not closed by {quote}]";
        }

        at += 2;
        steps.Add(new JsonPathStep(Encoding.UTF8.GetBytes(name.ToString()), -1));
        return null;
    }
}

/// <summary>One step of a path: into an object by name, or into an array by index.</summary>
/// <param name="Name">The property's name in UTF-8; null for an index.</param>
/// <param name="Index">The index from 0; −1 for a name.</param>
internal readonly record struct JsonPathStep(byte[]? Name, int Index);
