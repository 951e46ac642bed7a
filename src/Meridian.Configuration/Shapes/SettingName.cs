using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Meridian.Configuration.Shapes;

/// <summary>What a setting is called: in the file, and beside its field.</summary>
internal static class SettingName
{
    /// <summary>The name in the file: camelCase, or what the property itself names.</summary>
    public static string Of(PropertyInfo property) =>
        property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name
        ?? JsonNamingPolicy.CamelCase.ConvertName(property.Name);

    /// <summary>
    /// A camelCase name as words: <c>maxReadings</c> → "Max readings". Capitals in a row stay together, as in
    /// <c>useTLS</c> → "Use TLS"; what is neither letter nor digit separates words.
    /// </summary>
    public static string ToTitle(string name)
    {
        var words = ToWords(name);
        return words.Length == 0 ? name : char.ToUpperInvariant(words[0]) + words[1..];
    }

    /// <summary>A name in any case as words in small letters: <c>JournalConfig</c> → "journal config".</summary>
    public static string ToWords(string name)
    {
        var words = new StringBuilder(name.Length + 8);
        for (var index = 0; index < name.Length; index++)
        {
            var character = name[index];
            if (!char.IsLetterOrDigit(character))
            {
                Separate(words);
                continue;
            }

            var isCapital = char.IsUpper(character);
            var isAfterCapital = index > 0 && char.IsUpper(name[index - 1]);
            var isBeforeCapital = index + 1 < name.Length && char.IsUpper(name[index + 1]);
            var isBeforeSmall = index + 1 < name.Length && char.IsLower(name[index + 1]);
            if (isCapital && (!isAfterCapital || isBeforeSmall))
            {
                Separate(words);
            }

            var isInRow = isCapital && (isAfterCapital || isBeforeCapital) && !isBeforeSmall;
            words.Append(isInRow ? character : char.ToLowerInvariant(character));
        }

        return words.ToString().TrimEnd();
    }

    private static void Separate(StringBuilder words)
    {
        if (words.Length > 0 && words[^1] != ' ')
        {
            words.Append(' ');
        }
    }
}
