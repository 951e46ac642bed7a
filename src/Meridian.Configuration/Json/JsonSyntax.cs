using System.Runtime.InteropServices;

namespace Meridian.Configuration.Json;

/// <summary>
/// One value of the file as it stands there, with its line. Unlike a document it keeps what is wrong: a property
/// written
/// twice is there twice. A closed family; immutable.
/// </summary>
/// <param name="Line">The line it begins on, from 1.</param>
internal abstract record JsonSyntax(int Line)
{
    /// <summary>Where it stands in the text, in bytes behind a byte order mark; nowhere when nobody read it.</summary>
    public TextSpan Span { get; init; }
}

/// <summary>A part of a text, in bytes.</summary>
/// <param name="Start">Its first byte.</param>
/// <param name="End">The first byte behind it.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct TextSpan(int Start, int End);

/// <summary>An object, its properties in the order of the file.</summary>
internal sealed record ObjectSyntax(int Line, IReadOnlyList<MemberSyntax> Members) : JsonSyntax(Line)
{
    /// <summary>The value of the first property of this name; null when there is none.</summary>
    public JsonSyntax? Find(string name)
    {
        foreach (var member in Members)
        {
            if (string.Equals(member.Name, name, StringComparison.Ordinal))
            {
                return member.Value;
            }
        }

        return null;
    }
}

/// <summary>One property of an object.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Line">The line of the name.</param>
/// <param name="Value">Its value.</param>
internal sealed record MemberSyntax(string Name, int Line, JsonSyntax Value)
{
    /// <summary>The first byte of the name.</summary>
    public int Start { get; init; }
}

/// <summary>A list.</summary>
internal sealed record ListSyntax(int Line, IReadOnlyList<JsonSyntax> Elements) : JsonSyntax(Line);

/// <summary>A text, unescaped.</summary>
internal sealed record TextSyntax(int Line, string Text) : JsonSyntax(Line);

/// <summary>A number as it is written.</summary>
internal sealed record NumberSyntax(int Line, string Digits) : JsonSyntax(Line);

/// <summary>True or false.</summary>
internal sealed record BooleanSyntax(int Line, bool IsTrue) : JsonSyntax(Line);

/// <summary>Null: the same as leaving the property out.</summary>
internal sealed record NullSyntax(int Line) : JsonSyntax(Line);
