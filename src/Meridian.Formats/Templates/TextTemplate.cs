using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Meridian.Formats.Text;

namespace Meridian.Formats.Templates;

/// <summary>
/// A compiled template for names and topics: <c>plant/{topic[1]}/{point}</c>. Literal braces are written
/// <c>{{</c> and <c>}}</c>.
/// </summary>
/// <remarks>Immutable; any thread.</remarks>
public sealed class TextTemplate
{
    private readonly string _text;
    private readonly TemplatePart[] _parts;

    internal TextTemplate(string text, TemplatePart[] parts)
    {
        _text = text;
        _parts = parts;
        foreach (var part in parts)
        {
            Used |= part.Placeholder;
        }
    }

    /// <summary>The placeholders that the template has.</summary>
    public TemplatePlaceholders Used { get; }

    /// <summary>The one placeholder that is the whole template; null when there is more or less in it.</summary>
    internal TemplatePart? Alone =>
        _parts is [{ Placeholder: not TemplatePlaceholders.None } part] ? part : null;

    /// <summary>Compiles a template.</summary>
    /// <param name="text">The template.</param>
    /// <param name="allowed">The placeholders that can be filled here.</param>
    /// <param name="template">The compiled template; null when there are problems.</param>
    /// <param name="problems">Everything that is wrong, in whole sentences; empty when nothing is.</param>
    /// <returns>Whether it could be compiled.</returns>
    public static bool TryCompile(
        string text,
        TemplatePlaceholders allowed,
        [NotNullWhen(true)] out TextTemplate? template,
        out IReadOnlyList<string> problems)
    {
        ArgumentNullException.ThrowIfNull(text);

        var parser = new TemplateParser(text, allowed);
        var parts = parser.Parse();
        problems = parser.Problems;
        template = problems.Count == 0 ? new TextTemplate(text, parts) : null;
        return template is not null;
    }

    /// <summary>
    /// Writes the filled template in UTF-8, without allocation. A topic level that the topic does not have is nothing;
    /// where an empty name would hurt, look at what was written.
    /// </summary>
    /// <param name="arguments">What to fill in.</param>
    /// <param name="output">Where to.</param>
    public void Render(in TemplateArguments arguments, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);

        foreach (var part in _parts)
        {
            switch (part.Placeholder)
            {
                case TemplatePlaceholders.None:
                    output.Write(part.Literal);
                    break;
                case TemplatePlaceholders.Topic:
                    WriteText(Level(arguments.Topic, part.Level), output);
                    break;
                case TemplatePlaceholders.Point:
                    WriteText(Level(arguments.Reading.Point, part.Level), output);
                    break;
                case TemplatePlaceholders.Item:
                    WriteText(arguments.Item, output);
                    break;
                case TemplatePlaceholders.South:
                    WriteText(arguments.South, output);
                    break;
                case TemplatePlaceholders.Name:
                    WriteText(arguments.Name, output);
                    break;
                case TemplatePlaceholders.Column:
                    WriteText(arguments.Column, output);
                    break;
                case TemplatePlaceholders.Group:
                    WriteText(arguments.Group, output);
                    break;
                case TemplatePlaceholders.Node:
                    WriteText(arguments.Node, output);
                    break;
                case TemplatePlaceholders.Device:
                    WriteText(arguments.Device, output);
                    break;
                case TemplatePlaceholders.Metric:
                    WriteText(arguments.Metric, output);
                    break;
                case TemplatePlaceholders.Start:
                    WriteText(arguments.Start, output);
                    break;
                case TemplatePlaceholders.End:
                    WriteText(arguments.End, output);
                    break;
                case TemplatePlaceholders.Value:
                    ReadingText.WriteValue(arguments.Reading.Value, output);
                    break;
                case TemplatePlaceholders.Timestamp when part.Time is { } time:
                    time.Write(arguments.Reading.Timestamp, output);
                    break;
                case TemplatePlaceholders.Timestamp:
                    ReadingText.WriteTimestamp(arguments.Reading.Timestamp, output);
                    break;
                default:
                    ReadingText.WriteQuality(arguments.Reading.Quality, output);
                    break;
            }
        }
    }

    /// <summary>The filled template as a new string; see <see cref="TopicNames"/> where the same comes again.</summary>
    /// <param name="arguments">What to fill in.</param>
    public string Render(in TemplateArguments arguments)
    {
        // The commonest template of all needs no new string.
        if (_parts is [{ Placeholder: TemplatePlaceholders.Topic, Level: < 0 }] && arguments.Topic is not null)
        {
            return arguments.Topic;
        }

        var output = new ArrayBufferWriter<byte>();
        Render(arguments, output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    /// <summary>The template as it was written.</summary>
    public override string ToString() => _text;

    private static void WriteText(ReadOnlySpan<char> text, IBufferWriter<byte> output)
    {
        if (!text.IsEmpty)
        {
            Encoding.UTF8.GetBytes(text, output);
        }
    }

    private static ReadOnlySpan<char> Level(string? topic, int level)
    {
        var rest = topic.AsSpan();
        if (level < 0)
        {
            return rest;
        }

        for (var skip = level; skip > 0; skip--)
        {
            var slash = rest.IndexOf('/');
            if (slash < 0)
            {
                return default;
            }

            rest = rest[(slash + 1)..];
        }

        var end = rest.IndexOf('/');
        return end < 0 ? rest : rest[..end];
    }
}
