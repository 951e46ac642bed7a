using System.Globalization;
using System.Text;

namespace Meridian.Formats.Templates;

/// <summary>
/// Reads a template and finds everything that is wrong with it. What stands between its placeholders is never told: it
/// may be a token that the configuration has from elsewhere.
/// </summary>
internal sealed class TemplateParser(string text, TemplatePlaceholders allowed)
{
    private readonly StringBuilder _literal = new();
    private readonly List<TemplatePart> _parts = [];
    private readonly List<string> _problems = [];

    public IReadOnlyList<string> Problems => _problems;

    public TemplatePart[] Parse()
    {
        for (var at = 0; at < text.Length; at++)
        {
            var isDoubled = at + 1 < text.Length && text[at + 1] == text[at];
            switch (text[at])
            {
                case '{' or '}' when isDoubled:
                    _literal.Append(text[at++]);
                    break;
                case '{':
                    var end = text.IndexOf('}', at);
                    if (end < 0)
                    {
                        _problems.Add($"The template opens a brace at character {at + 1} and never closes it; "
                            + "write {{ for a literal brace.");
                        return [];
                    }

                    FlushLiteral();
                    ReadPlaceholder(text[(at + 1)..end]);
                    at = end;
                    break;
                case '}':
                    _problems.Add($"The template closes a brace at character {at + 1} that was never opened; "
                        + "write }} for a literal brace.");
                    break;
                default:
                    _literal.Append(text[at]);
                    break;
            }
        }

        FlushLiteral();
        return [.. _parts];
    }

    private void FlushLiteral()
    {
        if (_literal.Length > 0)
        {
            _parts.Add(new TemplatePart(
                TemplatePlaceholders.None, Encoding.UTF8.GetBytes(_literal.ToString()), TemplatePart.WholeTopic, null));
            _literal.Clear();
        }
    }

    private void ReadPlaceholder(string inside)
    {
        var colon = inside.IndexOf(':', StringComparison.Ordinal);
        var what = colon < 0 ? inside : inside[..colon];
        var bracket = what.IndexOf('[', StringComparison.Ordinal);
        var name = bracket < 0 ? what : what[..bracket];
        var isKnown = Enum.TryParse<TemplatePlaceholders>(name, ignoreCase: true, out var placeholder)
            && name.All(char.IsLetter)
            && placeholder != TemplatePlaceholders.None
            && (allowed & placeholder) != TemplatePlaceholders.None;
        if (!isKnown)
        {
            _problems.Add($"The template has {{{inside}}}, which cannot be filled here; {AllowedNames()}.");
            return;
        }

        var level = TemplatePart.WholeTopic;
        if (bracket >= 0
            && (placeholder is not (TemplatePlaceholders.Topic or TemplatePlaceholders.Point) || what[^1] != ']'
                || !TryParseLevel(what[(bracket + 1)..^1], out level)))
        {
            _problems.Add(
                $"The template has {{{inside}}}; only topic and point have levels, "
                + "written {topic[0]} for the first.");
            return;
        }

        if (colon < 0)
        {
            _parts.Add(new TemplatePart(placeholder, [], level, null));
        }
        else
        {
            ReadTime(inside, placeholder, inside[(colon + 1)..]);
        }
    }

    private void ReadTime(string inside, TemplatePlaceholders placeholder, string format)
    {
        string? problem = null;
        if (placeholder != TemplatePlaceholders.Timestamp)
        {
            problem = "only timestamp has a format, written {timestamp:unixMilliseconds}";
        }
        else if (TemplateTime.TryParse(format, out var time, out problem))
        {
            _parts.Add(new TemplatePart(placeholder, [], TemplatePart.WholeTopic, time));
            return;
        }

        _problems.Add($"The template has {{{inside}}}; {problem}.");
    }

    private static bool TryParseLevel(string digits, out int level)
    {
        var isLevel = ushort.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        level = number;
        return isLevel;
    }

    private string AllowedNames()
    {
        var names = Enum.GetValues<TemplatePlaceholders>()
            .Where(one => one != TemplatePlaceholders.None && allowed.HasFlag(one))
            .SelectMany(one => one == TemplatePlaceholders.Topic ? ["{topic}", "{topic[0]}"] : new[] { NameOf(one) });
        var list = string.Join(", ", names);
        return list.Length == 0 ? "only literal text is allowed" : $"use {list}";
    }

    private static string NameOf(TemplatePlaceholders placeholder) => placeholder switch
    {
        TemplatePlaceholders.Point => "{point}",
        TemplatePlaceholders.Item => "{item}",
        TemplatePlaceholders.South => "{south}",
        TemplatePlaceholders.Value => "{value}",
        TemplatePlaceholders.Name => "{name}",
        TemplatePlaceholders.Timestamp => "{timestamp}",
        TemplatePlaceholders.Column => "{column}",
        TemplatePlaceholders.Group => "{group}",
        TemplatePlaceholders.Node => "{node}",
        TemplatePlaceholders.Device => "{device}",
        TemplatePlaceholders.Metric => "{metric}",
        TemplatePlaceholders.Start => "{start}",
        TemplatePlaceholders.End => "{end}",
        _ => "{quality}",
    };
}

/// <summary>A piece of a template: literal text, or a placeholder.</summary>
/// <param name="Placeholder">Which placeholder; none for literal text.</param>
/// <param name="Literal">The literal text in UTF-8; empty for a placeholder.</param>
/// <param name="Level">The level of the topic, from 0; −1 for all of it.</param>
/// <param name="Time">How a timestamp is written, where the template says so.</param>
internal sealed record TemplatePart(TemplatePlaceholders Placeholder, byte[] Literal, int Level, TemplateTime? Time)
{
    public const int WholeTopic = -1;
}
