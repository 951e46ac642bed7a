using System.Globalization;
using System.Text;

namespace Meridian.Transforms.Naming;

/// <summary>Reads a template and finds everything that is wrong with it.</summary>
internal sealed class ReadingTemplateParser(string text, TemplateFields allowed)
{
    private static readonly TemplateFields[] Single =
    [
        TemplateFields.Point, TemplateFields.South, TemplateFields.Group, TemplateFields.Aggregate,
        TemplateFields.Value, TemplateFields.Timestamp, TemplateFields.Quality,
    ];

    private readonly StringBuilder _literal = new();
    private readonly List<TemplatePiece> _pieces = [];
    private readonly List<string> _problems = [];

    /// <summary>What is wrong, in whole sentences.</summary>
    public IReadOnlyList<string> Problems => _problems;

    public TemplatePiece[] Parse()
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
                        _problems.Add($"The template '{text}' opens a brace at character {at + 1} and never closes it; "
                            + "write {{ for a literal brace.");
                        return [];
                    }

                    FlushLiteral();
                    ReadField(text[(at + 1)..end]);
                    at = end;
                    break;
                case '}':
                    _problems.Add($"The template '{text}' closes a brace at character {at + 1} that was never opened; "
                        + "write }} for a literal brace.");
                    break;
                default:
                    _literal.Append(text[at]);
                    break;
            }
        }

        FlushLiteral();
        return [.. _pieces];
    }

    private void FlushLiteral()
    {
        if (_literal.Length > 0)
        {
            _pieces.Add(new TemplatePiece(TemplateFields.None, _literal.ToString(), null));
            _literal.Clear();
        }
    }

    private void ReadField(string inside)
    {
        var bracket = inside.IndexOf('[', StringComparison.Ordinal);
        var name = bracket < 0 ? inside : inside[..bracket];
        var field = Array.Find(
            Single,
            one => allowed.HasFlag(one) && string.Equals(SettingsWords.WordOf(one), name, StringComparison.Ordinal));
        if (field == TemplateFields.None)
        {
            _problems.Add($"The template '{text}' has {{{inside}}}, which cannot be filled here; {AllowedNames()}.");
            return;
        }

        int? part = null;
        if (bracket >= 0)
        {
            var isPart = int.TryParse(
                inside.AsSpan(bracket + 1).TrimEnd(']'),
                NumberStyles.AllowLeadingSign,
                CultureInfo.InvariantCulture,
                out var number);
            if (field != TemplateFields.Point || !isPart || inside[^1] != ']')
            {
                _problems.Add($"The template '{text}' has {{{inside}}}; only point has parts, written {{point[0]}} for "
                    + "the first and {point[-1]} for the last.");
                return;
            }

            part = number;
        }

        _pieces.Add(new TemplatePiece(field, string.Empty, part));
    }

    private string AllowedNames()
    {
        var names = Single.Where(one => allowed.HasFlag(one)).SelectMany(one => one == TemplateFields.Point
            ? ["{point}", "{point[0]}"]
            : new[] { $"{{{SettingsWords.WordOf(one)}}}" });
        return $"use {string.Join(", ", names)}";
    }
}
