using System.Reflection;
using System.Xml.Linq;

namespace Meridian.Configuration.Documentation;

/// <summary>What a member means, in plain words, from its XML documentation.</summary>
internal static class MemberWords
{
    /// <summary>A setting: its summary, then its default.</summary>
    /// <returns>The words; null when there are none.</returns>
    public static string? Of(PropertyInfo property)
    {
        if (property.DeclaringType is not { } type || Find(type.Assembly, 'P', type, property.Name) is not { } member)
        {
            return null;
        }

        var summary = Words(member, "summary", type.Assembly);
        var value = Words(member, "value", type.Assembly);
        if (value is null)
        {
            return summary;
        }

        // Some authors write the sentence, some the value alone.
        var isSentence = value.StartsWith("Default", StringComparison.Ordinal)
            || value.StartsWith("The default", StringComparison.Ordinal);
        value = isSentence ? value : $"Default: {value}";
        return summary is null ? value : $"{summary} {value}";
    }

    /// <summary>A record, or any other type.</summary>
    /// <returns>The words; null when there are none.</returns>
    public static string? Of(Type type) =>
        Find(type.Assembly, 'T', type, member: null) is { } found ? Words(found, "summary", type.Assembly) : null;

    /// <summary>A member of an enumeration.</summary>
    /// <returns>The words; null when there are none.</returns>
    public static string? Of(Enum member)
    {
        var type = member.GetType();
        return Find(type.Assembly, 'F', type, member.ToString()) is { } found
            ? Words(found, "summary", type.Assembly)
            : null;
    }

    private static XElement? Find(Assembly assembly, char kind, Type type, string? member)
    {
        // A generic type is documented as it is declared, a nested one with a dot.
        var declared = type.IsGenericType ? type.GetGenericTypeDefinition() : type;
        var name = declared.FullName?.Replace('+', '.');
        return DocumentationFile.Of(assembly).Find(member is null ? $"{kind}:{name}" : $"{kind}:{name}.{member}");
    }

    private static string? Words(XElement member, string part, Assembly assembly) =>
        member.Element(part) is { } element && PlainWords.Of(element, assembly) is { Length: > 0 } words
            ? words
            : null;
}
