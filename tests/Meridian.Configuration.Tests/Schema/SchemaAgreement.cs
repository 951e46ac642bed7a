using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Meridian.Configuration.Tests.Schema;

/// <summary>
/// Reader and schema agree on a file: what the reader takes is valid, and what is valid and refused is refused for
/// reasons that no schema tells. The list of these is that of <c>docs/configuration-schema.md</c>.
/// </summary>
internal static partial class SchemaAgreement
{
    /// <summary>Checks one file.</summary>
    /// <returns>What the two said.</returns>
    public static Verdict Check(string json, ConfigurationResult result, SchemaValidator validator)
    {
        if (result.Problems.Any(problem => NotJson().IsMatch(problem.Message)))
        {
            return Verdict.NotJson;
        }

        var complaints = validator.Validate(json);
        if (result.IsValid)
        {
            Assert.True(
                complaints.Count == 0,
                $"The reader takes what the schema refuses: {string.Join("; ", complaints)}\n{json}");
            return Verdict.Taken;
        }

        if (complaints.Count > 0)
        {
            return Verdict.RefusedByBoth;
        }

        using var document = JsonDocument.Parse(
            json, new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
        var told = result.Problems.Where(problem => !IsBeyondASchema(problem, document.RootElement)).ToArray();
        Assert.True(
            told.Length == 0, $"The schema takes what it could refuse: {string.Join("; ", (object[])told)}\n{json}");
        return Verdict.RefusedByTheReader;
    }

    private static bool IsBeyondASchema(ConfigurationProblem problem, JsonElement root) =>
        Elsewhere().IsMatch(problem.Message)
        || (Compared().IsMatch(problem.Message) && Find(Steps(problem), root).ValueKind is JsonValueKind.String)
        || (Twice().IsMatch(problem.Message) && !IsRepeated(problem, root))
        || (Inherited().IsMatch(problem.Message) && Find(Steps(problem), root).ValueKind is not JsonValueKind.String)
        || problem.Message.Contains("a quarter of 'maxBytes'", StringComparison.Ordinal)
        || Parsed().IsMatch(problem.Message)
        || OfTheConnector().IsMatch(problem.Message)
        || StandsOnAReference(problem, root);

    // Along the path, the value or the type or the deciding setting beside it is a reference, or an escaped one.
    private static bool StandsOnAReference(ConfigurationProblem problem, JsonElement root)
    {
        var here = root;
        foreach (var step in Steps(problem))
        {
            if (here.ValueKind is JsonValueKind.Object
                && here.EnumerateObject().Any(member => member.Name is "type" && IsReference(member.Value)))
            {
                return true;
            }

            var isConditional = problem.Message.Contains("used when", StringComparison.Ordinal)
                || problem.Message.Contains("needed when", StringComparison.Ordinal);
            if (isConditional && here.ValueKind is JsonValueKind.Object
                && here.EnumerateObject().Any(member => IsReference(member.Value)))
            {
                return true;
            }

            if (here.ValueKind is JsonValueKind.Array)
            {
                here = here[IndexOf(step)];
            }
            else if (here.ValueKind is not JsonValueKind.Object || !here.TryGetProperty(step, out here))
            {
                return false;
            }
        }

        return IsReference(here);
    }

    // Whether the list that a problem's entry stands in has the entry's text twice.
    private static bool IsRepeated(ConfigurationProblem problem, JsonElement root)
    {
        var text = Find(Steps(problem), root).GetRawText();
        return Find(Steps(problem)[..^1], root).EnumerateArray()
            .Count(entry => string.Equals(entry.GetRawText(), text, StringComparison.Ordinal)) > 1;
    }

    // What stands at a place; undefined when nothing does.
    private static JsonElement Find(IEnumerable<string> steps, JsonElement root)
    {
        foreach (var step in steps)
        {
            if (root.ValueKind is JsonValueKind.Array)
            {
                root = root[IndexOf(step)];
            }
            else if (root.ValueKind is not JsonValueKind.Object || !root.TryGetProperty(step, out root))
            {
                return default;
            }
        }

        return root;
    }

    private static string[] Steps(ConfigurationProblem problem) =>
        problem.Path.Split(['.', '['], StringSplitOptions.RemoveEmptyEntries);

    private static int IndexOf(string step) => int.Parse(step.TrimEnd(']'), CultureInfo.InvariantCulture);

    private static bool IsReference(JsonElement value) =>
        value.ValueKind is JsonValueKind.String && Reference().IsMatch(value.GetString()!);

    [GeneratedRegex(@"\$\{env:[^}]*\}|\$\$\{[A-Za-z]+:", RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex Reference();

    [GeneratedRegex("^This is not JSON|^The configuration is |is not UTF-8", RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex NotJson();

    // Twice in an object, a name that another place has or has not, a variable, a file.
    [GeneratedRegex(
        "is set twice|has already|which is not there|nor a schedule's name|^The environment variable|^The file "
        + "|at which nothing is sent|includes none|^This secret cannot be read",
        RegexOptions.CultureInvariant | RegexOptions.Singleline,
        1_000)]
    private static partial Regex Elsewhere();

    // An item that takes its South's schedule.
    [GeneratedRegex("cannot subscribe|only subscribes", RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex Inherited();

    // Spelled differently; the same text twice is a schema's matter.
    [GeneratedRegex("names the South .* twice", RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex Twice();

    // Durations, sizes and instants as texts.
    [GeneratedRegex(
        @"' is ([\d.]+ [a-zA-Z]+|[\d.]*\d\d:\d\d:.*|\d{4}-.*); it must be (at|more|less)",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        1_000)]
    private static partial Regex Compared();

    // What looks like an address, an instant, a duration or a number and is none that the type holds.
    [GeneratedRegex(
        "^'cron' is|which this machine does not know|a period is |must be (an absolute address|an instant|a duration).*; found the text \"|must be a number.*; found the number "
        + "|must be an amount of bytes.*; found the (number [0-9.]+e|number [0-9]+\\.0|text \"[0-9. ]+[a-zA-Z])",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.Singleline,
        1_000)]
    private static partial Regex Parsed();

    // The connector's own check, its own attributes, its own property.
    [GeneratedRegex(
        "^The topic is the host|failed while it checked|must be even|not a valid e-mail|Topic Filter",
        RegexOptions.CultureInvariant,
        1_000)]
    private static partial Regex OfTheConnector();
}

/// <summary>What reader and schema said.</summary>
internal enum Verdict
{
    /// <summary>Neither can read it.</summary>
    NotJson,

    /// <summary>Both take it.</summary>
    Taken,

    /// <summary>Both refuse it.</summary>
    RefusedByBoth,

    /// <summary>The schema takes it, and had no way to know.</summary>
    RefusedByTheReader,
}
