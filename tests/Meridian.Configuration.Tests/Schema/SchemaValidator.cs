using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Meridian.Configuration.Tests.Schema;

/// <summary>
/// JSON Schema (draft 2020-12) for the keywords that <c>JsonSchemaWriter</c> writes, read from the standard and not
/// from the writer. A keyword that it does not know is a mistake: it would prove nothing.
/// </summary>
internal sealed class SchemaValidator(string schema)
{
    private static readonly HashSet<string> Annotations = new(StringComparer.Ordinal)
    {
        "$schema", "$defs", "title", "description", "default", "examples", "enumDescriptions", "allowComments",
        "allowTrailingCommas", "x-secret", "x-unit", "x-group", "x-visibleWhen", "x-minimum", "x-maximum",
        "x-exclusiveMinimum", "x-exclusiveMaximum", "then", "else",
    };

    private static readonly JsonDocumentOptions Options =
        new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    private readonly JsonElement _root = JsonDocument.Parse(schema).RootElement;
    private readonly ConcurrentDictionary<string, Regex> _patterns = new(StringComparer.Ordinal);

    /// <summary>What is wrong with a file: place and keyword. Empty when it is valid.</summary>
    public IReadOnlyList<string> Validate(string json)
    {
        using var document = JsonDocument.Parse(json, Options);
        return Check(_root, document.RootElement, "$");
    }

    /// <summary>Whether a value obeys a part of the schema.</summary>
    public IReadOnlyList<string> Validate(JsonElement part, JsonElement value) => Check(part, value, "$");

    private List<string> Check(JsonElement rules, JsonElement value, string path)
    {
        var found = new List<string>();
        if (rules.ValueKind is JsonValueKind.False)
        {
            found.Add($"{path}: nothing may stand here");
        }

        if (rules.ValueKind is not JsonValueKind.Object)
        {
            return found;
        }

        foreach (var rule in rules.EnumerateObject())
        {
            found.AddRange(rule.Name switch
            {
                "$ref" => Check(Resolve(rule.Value.GetString()!), value, path),
                "allOf" => rule.Value.EnumerateArray().SelectMany(part => Check(part, value, path)),
                "anyOf" => rule.Value.EnumerateArray().Any(part => Check(part, value, path).Count == 0)
                    ? []
                    : [$"{path}: anyOf"],
                "oneOf" => rule.Value.EnumerateArray().Count(part => Check(part, value, path).Count == 0) == 1
                    ? []
                    : [$"{path}: oneOf"],
                "not" => Check(rule.Value, value, path).Count > 0 ? [] : [$"{path}: not"],
                "if" => CheckIf(rules, rule.Value, value, path),
                "properties" or "required" or "additionalProperties" or "minProperties" or "maxProperties" =>
                    value.ValueKind is JsonValueKind.Object ? CheckObject(rules, rule, value, path) : [],
                "items" or "minItems" or "maxItems" or "uniqueItems" =>
                    value.ValueKind is JsonValueKind.Array ? CheckList(rule, value, path) : [],
                _ when Annotations.Contains(rule.Name) => [],
                _ => Obeys(rule, value) ? [] : [$"{path}: {rule.Name} {Shorten(rule.Value)}"],
            });
        }

        return found;
    }

    private List<string> CheckIf(JsonElement rules, JsonElement condition, JsonElement value, string path)
    {
        var branch = Check(condition, value, path).Count == 0 ? "then" : "else";
        return rules.TryGetProperty(branch, out var consequence) ? Check(consequence, value, path) : [];
    }

    private IEnumerable<string> CheckObject(JsonElement rules, JsonProperty rule, JsonElement value, string path)
    {
        var members = value.EnumerateObject().ToArray();
        switch (rule.Name)
        {
            case "properties":
                return members
                    .Where(member => rule.Value.TryGetProperty(member.Name, out _))
                    .SelectMany(member =>
                        Check(rule.Value.GetProperty(member.Name), member.Value, $"{path}.{member.Name}"));
            case "additionalProperties":
                var known = rules.TryGetProperty("properties", out var properties) ? properties : default;
                return members
                    .Where(member => known.ValueKind is not JsonValueKind.Object
                        || !known.TryGetProperty(member.Name, out _))
                    .SelectMany(member => Check(rule.Value, member.Value, $"{path}.{member.Name}"));
            case "required":
                return rule.Value.EnumerateArray()
                    .Where(name => !value.TryGetProperty(name.GetString()!, out _))
                    .Select(name => $"{path}: required {name}");
            default:
                var isGood = rule.Name is "minProperties"
                    ? members.Length >= rule.Value.GetInt32()
                    : members.Length <= rule.Value.GetInt32();
                return isGood ? [] : [$"{path}: {rule.Name}"];
        }
    }

    private IEnumerable<string> CheckList(JsonProperty rule, JsonElement value, string path)
    {
        var entries = value.EnumerateArray().ToArray();
        var isGood = rule.Name switch
        {
            "minItems" => entries.Length >= rule.Value.GetInt32(),
            "maxItems" => entries.Length <= rule.Value.GetInt32(),
            "uniqueItems" => entries.Select(entry => entry.GetRawText()).Distinct(StringComparer.Ordinal).Count()
                == entries.Length,
            _ => true,
        };
        if (!isGood)
        {
            return [$"{path}: {rule.Name}"];
        }

        return rule.Name is "items"
            ? entries.SelectMany((entry, index) => Check(rule.Value, entry, $"{path}[{index}]"))
            : [];
    }

    private bool Obeys(JsonProperty rule, JsonElement value) => rule.Name switch
    {
        "type" => rule.Value.ValueKind is JsonValueKind.Array
            ? rule.Value.EnumerateArray().Any(type => IsOfType(type.GetString()!, value))
            : IsOfType(rule.Value.GetString()!, value),
        "const" => AreSame(rule.Value, value),
        "enum" => rule.Value.EnumerateArray().Any(choice => AreSame(choice, value)),
        "pattern" => value.ValueKind is not JsonValueKind.String
            || PatternOf(rule.Value.GetString()!).IsMatch(value.GetString()!),
        "minLength" => value.ValueKind is not JsonValueKind.String || LengthOf(value) >= rule.Value.GetInt32(),
        "maxLength" => value.ValueKind is not JsonValueKind.String || LengthOf(value) <= rule.Value.GetInt32(),
        "minimum" => !IsNumber(value) || NumberOf(value) >= NumberOf(rule.Value),
        "maximum" => !IsNumber(value) || NumberOf(value) <= NumberOf(rule.Value),
        "exclusiveMinimum" => !IsNumber(value) || NumberOf(value) > NumberOf(rule.Value),
        "exclusiveMaximum" => !IsNumber(value) || NumberOf(value) < NumberOf(rule.Value),
        _ => throw new NotSupportedException($"The validator does not know the keyword '{rule.Name}'."),
    };

    private static bool IsOfType(string type, JsonElement value) => (type, value.ValueKind) switch
    {
        ("object", JsonValueKind.Object) or ("array", JsonValueKind.Array) or ("string", JsonValueKind.String) => true,
        ("null", JsonValueKind.Null) or ("boolean", JsonValueKind.True or JsonValueKind.False) => true,
        ("number", JsonValueKind.Number) => true,
        ("integer", JsonValueKind.Number) => NumberOf(value) is var number && number == Math.Floor(number),
        _ => false,
    };

    private static bool AreSame(JsonElement one, JsonElement other) =>
        IsNumber(one) && IsNumber(other)
            ? NumberOf(one) == NumberOf(other)
            : one.ValueKind == other.ValueKind
                && (one.ValueKind is not JsonValueKind.String
                    || string.Equals(one.GetString(), other.GetString(), StringComparison.Ordinal));

    private static bool IsNumber(JsonElement value) => value.ValueKind is JsonValueKind.Number;

    // As JavaScript has it, but whole numbers up to 20 digits, which it would round.
    private static decimal NumberOf(JsonElement value)
    {
        var text = value.GetRawText();
        if (text.Length <= 20 && decimal.TryParse(
            text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
        {
            return whole;
        }

        var number = double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
        return number >= (double)decimal.MaxValue ? decimal.MaxValue
            : number <= (double)decimal.MinValue ? decimal.MinValue
            : decimal.Parse(
                number.ToString("R", CultureInfo.InvariantCulture), NumberStyles.Float, CultureInfo.InvariantCulture);
    }

    private static int LengthOf(JsonElement value) => value.GetString()!.EnumerateRunes().Count();

    private JsonElement Resolve(string path)
    {
        const string Start = "#/$defs/";
        Assert.StartsWith(Start, path, StringComparison.Ordinal);
        return _root.GetProperty("$defs").GetProperty(path[Start.Length..]);
    }

    private Regex PatternOf(string pattern) => _patterns.GetOrAdd(
        pattern,
        static pattern => new Regex(
            ToDotNet(pattern), RegexOptions.CultureInvariant | RegexOptions.Compiled, TimeSpan.FromSeconds(5)));

    // To ECMA 262 a dollar sign is the end of the text; to .NET also what is before a last line feed.
    private static string ToDotNet(string pattern)
    {
        var text = new StringBuilder(pattern.Length);
        var isInBrackets = false;
        for (var index = 0; index < pattern.Length; index++)
        {
            if (pattern[index] is '\\')
            {
                text.Append(pattern, index++, 2);
                continue;
            }

            isInBrackets = pattern[index] is '[' || (isInBrackets && pattern[index] is not ']');
            text.Append(pattern[index] is '$' && !isInBrackets ? "\\z" : pattern[index].ToString());
        }

        return text.ToString();
    }

    private static string Shorten(JsonElement value) =>
        value.GetRawText() is { Length: > 80 } text ? text[..80] : value.GetRawText();
}
