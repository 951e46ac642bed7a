using System.Text.Json.Nodes;
using Meridian.Configuration.Limits;
using Meridian.Configuration.Scalars;
using Meridian.Configuration.Shapes;
using Meridian.Configuration.Words;
using Meridian.Sdk.Settings;

namespace Meridian.Configuration.Schema;

/// <summary>Limits → the keywords that say them. What no keyword says is left to the file's reader.</summary>
internal static class LimitKeywords
{
    /// <summary>The keywords of a number: its type's own bounds where its limits have none.</summary>
    public static JsonObject OfNumber(ScalarShape shape, IReadOnlyList<Limit> limits)
    {
        var keywords = Denials(limits);
        var range = limits.OfType<RangeLimit>().FirstOrDefault();
        if ((range?.Least ?? shape.Least) is { } least)
        {
            keywords.Add(range?.IsLeastExcluded is true ? "exclusiveMinimum" : "minimum", Number(least));
        }

        if ((range?.Most ?? shape.Most) is { } most)
        {
            keywords.Add(range?.IsMostExcluded is true ? "exclusiveMaximum" : "maximum", Number(most));
        }

        return keywords;
    }

    /// <summary>
    /// The keywords of a text that stands for something else. A bare number of bytes has its bounds; those of a text
    /// are words for people and forms, since no pattern compares <c>90 s</c> with <c>1 min</c>.
    /// </summary>
    public static JsonObject OfPatterned(ScalarShape shape, IReadOnlyList<Limit> limits)
    {
        var keywords = Denials(limits);
        var range = limits.OfType<RangeLimit>().FirstOrDefault();
        if (shape.Kind == ScalarKind.ByteSize)
        {
            var (least, most) = (range?.Least as ByteSize? ?? default, range?.Most as ByteSize?);
            keywords.Add(range?.IsLeastExcluded is true ? "exclusiveMinimum" : "minimum", least.Bytes);
            keywords.Add(range?.IsMostExcluded is true ? "exclusiveMaximum" : "maximum", most?.Bytes ?? long.MaxValue);
        }

        if (range?.Least is { } lowest)
        {
            keywords.Add(range.IsLeastExcluded ? "x-exclusiveMinimum" : "x-minimum", ValueText.Of(lowest));
        }

        if (range?.Most is { } highest)
        {
            keywords.Add(range.IsMostExcluded ? "x-exclusiveMaximum" : "x-maximum", ValueText.Of(highest));
        }

        return keywords;
    }

    /// <summary>The keywords of a text, for when no reference stands in it.</summary>
    public static JsonObject OfText(IReadOnlyList<Limit> limits)
    {
        var keywords = Lengths(limits, "minLength", "maxLength");
        string[] patterns = [.. limits.Select(PatternOf).OfType<string>()];
        if (patterns is [var only])
        {
            keywords.Add("pattern", only);
        }
        else
        {
            foreach (var pattern in patterns)
            {
                keywords.AndAlso(new JsonObject { ["pattern"] = pattern });
            }
        }

        return keywords;
    }

    /// <summary>How many entries, or characters, there may be.</summary>
    /// <param name="limits">The limits.</param>
    /// <param name="least">The keyword of the least number.</param>
    /// <param name="most">The keyword of the greatest number.</param>
    public static JsonObject Lengths(IReadOnlyList<Limit> limits, string least, string most)
    {
        var keywords = new JsonObject();
        var lengths = limits.OfType<LengthLimit>().ToArray();
        if (lengths.Max(length => (int?)length.Least) is > 0 and var min)
        {
            keywords.Add(least, min);
        }

        if (lengths.Min(length => length.Most) is { } max)
        {
            keywords.Add(most, max);
        }

        return keywords;
    }

    /// <summary>The values that alone are allowed; null when any is.</summary>
    public static JsonArray? Choices(IReadOnlyList<Limit> limits)
    {
        var choices = limits.OfType<ChoiceLimit>().Where(choice => !choice.IsDenied).ToArray();
        return choices.Length == 0 ? null : [.. choices[0].Values.Select(Value)];
    }

    /// <summary>The values that are refused, as the keyword <c>not</c>; nothing when there are none.</summary>
    public static JsonObject Denials(IReadOnlyList<Limit> limits)
    {
        var denied = limits.OfType<ChoiceLimit>().Where(choice => choice.IsDenied).SelectMany(choice => choice.Values);
        JsonArray values = [.. denied.Select(Value)];
        return values.Count == 0
            ? []
            : new JsonObject { ["not"] = new JsonObject { ["enum"] = values } };
    }

    // [RegularExpression] never objects to an empty text; that is what [Required] is for.
    private static string? PatternOf(Limit limit) => limit switch
    {
        OtherLimit { Pattern: { } pattern } => $"^(?:{pattern})$",
        PatternLimit { Pattern: var pattern } when PortablePattern.Find(pattern) is { } portable =>
            $"^(?:{portable})?$",
        _ => null,
    };

    private static JsonNode? Value(object value) => value switch
    {
        string text => JsonValue.Create(text),
        char character => JsonValue.Create(character.ToString()),
        bool flag => JsonValue.Create(flag),
        _ when Magnitude.Has(value.GetType()) => Number(value),
        _ => JsonValue.Create(ValueText.Of(value)),
    };

    private static JsonValue Number(object value) => value switch
    {
        double number => JsonValue.Create(number),
        float number => JsonValue.Create(number),
        _ => JsonValue.Create(Magnitude.Of(value)),
    };
}
