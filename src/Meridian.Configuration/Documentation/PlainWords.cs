using System.Reflection;
using System.Text;
using System.Xml.Linq;
using Meridian.Configuration.Scalars;
using Meridian.Configuration.Shapes;

namespace Meridian.Configuration.Documentation;

/// <summary>
/// XML documentation → plain words: code stands in single quotes, settings and words of enumerations are called as the
/// file calls them, paragraphs are lines.
/// </summary>
internal static class PlainWords
{
    /// <summary>The words of an element.</summary>
    /// <param name="element">Such as <c>summary</c>.</param>
    /// <param name="assembly">Where what it refers to is looked for.</param>
    public static string Of(XElement element, Assembly assembly)
    {
        var text = new StringBuilder();
        Write(element, assembly, text);
        var lines = text.ToString()
            .Split('\n')
            .Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries)))
            .Where(line => line.Length > 0);
        return string.Join('\n', lines);
    }

    private static void Write(XElement element, Assembly assembly, StringBuilder text)
    {
        foreach (var node in element.Nodes())
        {
            if (node is XText words)
            {
                // The source's own line breaks mean nothing; a paragraph's are written below.
                text.Append(words.Value.ReplaceLineEndings(" ").Replace('\t', ' '));
            }
            else if (node is XElement inner)
            {
                WriteElement(inner, assembly, text);
            }
        }
    }

    private static void WriteElement(XElement element, Assembly assembly, StringBuilder text)
    {
        switch (element.Name.LocalName)
        {
            case "c" or "code":
                text.Append('\'').Append(element.Value.Trim().ReplaceLineEndings(" ")).Append('\'');
                break;
            case "see" or "seealso" when element.IsEmpty:
                text.Append(Reference(element, assembly));
                break;
            case "paramref" or "typeparamref":
                text.Append('\'').Append((string?)element.Attribute("name")).Append('\'');
                break;
            case "br":
                text.Append('\n');
                break;
            case "para" or "item" or "list":
                text.Append('\n');
                Write(element, assembly, text);
                text.Append('\n');
                break;
            default:
                Write(element, assembly, text);
                break;
        }
    }

    private static string Reference(XElement element, Assembly assembly) =>
        (string?)element.Attribute("langword")
        ?? (string?)element.Attribute("href")
        ?? ((string?)element.Attribute("cref") is { } id ? NameOf(id, assembly) : string.Empty);

    // An id is a letter, a colon and a full name: "P:Namespace.Type.Property".
    private static string NameOf(string id, Assembly assembly)
    {
        var name = id[(id.IndexOf(':', StringComparison.Ordinal) + 1)..].Split('(')[0];
        var dot = name.LastIndexOf('.');
        var member = name[(dot + 1)..].Split('`')[0];
        var type = dot > 0 ? FindType(name[..dot], assembly) : null;
        return id[0] switch
        {
            'P' when type?.GetProperty(member) is { } property => $"'{SettingName.Of(property)}'",
            'F' when type is { IsEnum: true } && Enum.TryParse(type, member, out var value) =>
                $"'{EnumWords.WordOf((Enum)value)}'",
            'T' => SettingName.ToWords(member),
            _ => $"'{member}'",
        };
    }

    private static Type? FindType(string name, Assembly assembly)
    {
        // The id does not tell an outer type from a namespace.
        for (var candidate = name; ;)
        {
            if (assembly.GetType(candidate) is { } type)
            {
                return type;
            }

            var dot = candidate.LastIndexOf('.');
            if (dot < 0)
            {
                return null;
            }

            candidate = $"{candidate[..dot]}+{candidate[(dot + 1)..]}";
        }
    }
}
