using System.Globalization;

namespace Meridian.Configuration.Json;

/// <summary>Finds the line of a path, so that a connector's own check can speak in paths alone.</summary>
internal static class SyntaxLocator
{
    /// <summary>The line of a property of an object; the object's own when it has none of this name.</summary>
    public static int FindMemberLine(ObjectSyntax syntax, string name)
    {
        foreach (var member in syntax.Members)
        {
            if (string.Equals(member.Name, name, StringComparison.Ordinal))
            {
                return member.Line;
            }
        }

        return syntax.Line;
    }

    /// <summary>The line of the deepest place on the path that the file has.</summary>
    /// <param name="syntax">Where the path starts.</param>
    /// <param name="path">Such as <c>items[7].topic</c>.</param>
    public static int FindLine(JsonSyntax syntax, string path)
    {
        var line = syntax.Line;
        foreach (var step in path.Split(['.', '['], StringSplitOptions.RemoveEmptyEntries))
        {
            var (next, nextLine) = Step(syntax, step);
            if (next is null)
            {
                break;
            }

            (syntax, line) = (next, nextLine);
        }

        return line;
    }

    private static (JsonSyntax? Next, int Line) Step(JsonSyntax syntax, string step)
    {
        if (syntax is ObjectSyntax { Members: var members })
        {
            var member = members.FirstOrDefault(member => string.Equals(member.Name, step, StringComparison.Ordinal));
            return (member?.Value, member?.Line ?? 0);
        }

        return syntax is ListSyntax { Elements: var elements }
            && int.TryParse(step.AsSpan().TrimEnd(']'), NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            && index < elements.Count
            ? (elements[index], elements[index].Line)
            : (null, 0);
    }
}
