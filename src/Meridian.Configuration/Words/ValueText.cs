using System.Globalization;
using System.Text;
using Meridian.Configuration.Json;
using Meridian.Configuration.Scalars;
using Meridian.Sdk.Settings;

namespace Meridian.Configuration.Words;

/// <summary>How values look in messages: short, quoted, never a secret.</summary>
internal static class ValueText
{
    private const int MaxLength = 80;

    /// <summary>What stands in the file.</summary>
    public static string Found(JsonSyntax syntax) => syntax switch
    {
        ObjectSyntax => "an object",
        ListSyntax => "a list",
        TextSyntax { Text: var text } => $"the text {Quote(text)}",
        NumberSyntax { Digits: var digits } => $"the number {Shorten(digits)}",
        BooleanSyntax { IsTrue: var isTrue } => isTrue ? "true" : "false",
        _ => "null",
    };

    /// <summary>A value as the file would write it.</summary>
    public static string Of(object? value) => value switch
    {
        null => "null",
        string text => Quote(text),
        Secret => "***",
        bool flag => flag ? "true" : "false",
        TimeSpan time => DurationText.Format(time),
        Enum word => EnumWords.WordOf(word),
        DateTimeOffset time => time.ToString("O", CultureInfo.InvariantCulture),
        Uri uri => uri.OriginalString,
        IFormattable number => number.ToString(format: null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? string.Empty,
    };

    /// <summary>A text in quotes, on one line, shortened.</summary>
    public static string Quote(string text) => $"\"{Clean(text)}\"";

    /// <summary>A text on one line, shortened, fit for a terminal.</summary>
    public static string Clean(string text)
    {
        var line = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            line.Append(char.IsControl(character) ? '·' : character);
        }

        return Shorten(line.ToString());
    }

    private static string Shorten(string text) => text.Length <= MaxLength ? text : text[..MaxLength] + "…";
}
