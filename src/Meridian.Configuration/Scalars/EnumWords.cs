using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Meridian.Configuration.Scalars;

/// <summary>
/// The words that stand for the members of an enumeration: camelCase, or what the member itself names.
/// </summary>
internal static class EnumWords
{
    private static readonly ConcurrentDictionary<Type, IReadOnlyDictionary<string, object>> Cache = new();

    /// <summary>The words and their members, in the order of the declaration.</summary>
    public static IReadOnlyDictionary<string, object> Of(Type type) => Cache.GetOrAdd(type, Read);

    /// <summary>The word of a member; its digits when it is none.</summary>
    public static string WordOf(Enum member)
    {
        foreach (var (word, value) in Of(member.GetType()))
        {
            if (member.Equals(value))
            {
                return word;
            }
        }

        return member.ToString();
    }

    private static OrderedDictionary<string, object> Read(Type type)
    {
        var words = new OrderedDictionary<string, object>(StringComparer.Ordinal);
        foreach (var field in type.GetFields(BindingFlags.Public | BindingFlags.Static))
        {
            var word = field.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name
                ?? JsonNamingPolicy.CamelCase.ConvertName(field.Name);
            words.TryAdd(word, field.GetValue(obj: null) ?? throw new ArgumentException(field.Name, nameof(type)));
        }

        return words;
    }
}
