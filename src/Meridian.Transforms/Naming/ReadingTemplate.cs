using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Meridian.Sdk.Settings;

namespace Meridian.Transforms.Naming;

/// <summary>
/// A compiled template for names and texts: <c>{south}/{point[1]}</c>. Literal braces are written <c>{{</c> and
/// <c>}}</c>. Immutable; any thread.
/// </summary>
internal sealed class ReadingTemplate
{
    private readonly TemplatePiece[] _pieces;
    private readonly string _separator;

    private ReadingTemplate(TemplatePiece[] pieces, string separator)
    {
        _pieces = pieces;
        _separator = separator;
        foreach (var piece in pieces)
        {
            Used |= piece.Field;
        }
    }

    /// <summary>The fields that the template has.</summary>
    public TemplateFields Used { get; }

    /// <summary>The one field that is the whole template; none when there is more or less in it.</summary>
    public TemplateFields Alone => _pieces.Length == 1 ? _pieces[0].Field : TemplateFields.None;

    /// <summary>Compiles a template that was checked.</summary>
    public static ReadingTemplate Compile(string text, TemplateFields allowed, string separator) =>
        TryCompile(text, allowed, separator, out var template, out var problems)
            ? template
            : throw new ArgumentException(string.Join(' ', problems), nameof(text));

    /// <summary>What is wrong with a template and its separator.</summary>
    public static IEnumerable<SettingsProblem> Check(
        string setting, string text, TemplateFields allowed, string separator)
    {
        if (string.IsNullOrEmpty(text))
        {
            yield return new SettingsProblem(setting, $"'{setting}' is empty; write a template such as {{point}}.");
        }

        if (string.IsNullOrEmpty(separator))
        {
            yield return new SettingsProblem(
                "separator", "'separator' is empty; write what stands between the parts of a name, such as /.");
            yield break;
        }

        TryCompile(text ?? string.Empty, allowed, separator, out _, out var problems);
        foreach (var problem in problems)
        {
            yield return new SettingsProblem(setting, problem);
        }
    }

    /// <summary>Appends the filled template. A part that the point does not have is nothing.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="entry">What to fill in.</param>
    /// <param name="aggregate">The aggregate's word, where there is one.</param>
    public void Render(StringBuilder output, in TransformEntry entry, string? aggregate = null)
    {
        foreach (var piece in _pieces)
        {
            switch (piece.Field)
            {
                case TemplateFields.None:
                    output.Append(piece.Literal);
                    break;
                case TemplateFields.Point when piece.Part is { } part:
                    output.Append(PartOf(entry.Reading.Point, part));
                    break;
                case TemplateFields.Point:
                    output.Append(entry.Reading.Point);
                    break;
                case TemplateFields.South:
                    output.Append(entry.South);
                    break;
                case TemplateFields.Group:
                    output.Append(entry.Group);
                    break;
                case TemplateFields.Aggregate:
                    output.Append(aggregate);
                    break;
                case TemplateFields.Value:
                    output.Append(entry.Reading.Value.ToString());
                    break;
                case TemplateFields.Timestamp:
                    output.Append(TextOf(entry.Reading.Timestamp));
                    break;
                default:
                    output.Append(entry.Reading.Quality.ToString());
                    break;
            }
        }
    }

    /// <summary>A timestamp as templates write it.</summary>
    public static string TextOf(DateTimeOffset timestamp) =>
        timestamp.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);

    private static bool TryCompile(
        string text,
        TemplateFields allowed,
        string separator,
        [NotNullWhen(true)] out ReadingTemplate? template,
        out IReadOnlyList<string> problems)
    {
        var parser = new ReadingTemplateParser(text, allowed);
        var pieces = parser.Parse();
        problems = parser.Problems;
        template = problems.Count == 0 ? new ReadingTemplate(pieces, separator) : null;
        return template is not null;
    }

    private ReadOnlySpan<char> PartOf(ReadOnlySpan<char> point, int part)
    {
        if (part < 0)
        {
            part += point.Count(_separator) + 1;
        }

        var index = 0;
        foreach (var range in point.Split(_separator))
        {
            if (index++ == part)
            {
                return point[range];
            }
        }

        return default;
    }
}
