using System.Collections;
using System.Globalization;
using Meridian.Sdk.Settings;

namespace Meridian.Configuration.Limits;

/// <summary>
/// The number of characters of a text or of entries of a list. A character beyond U+FFFF is one, as people and JSON
/// Schema count.
/// </summary>
/// <param name="Least">The least number; 0 when it is not bounded.</param>
/// <param name="Most">The greatest number; null when it is not bounded.</param>
internal sealed record LengthLimit(int Least, int? Most) : Limit
{
    /// <inheritdoc/>
    public override string? Objection(string name, object value)
    {
        var length = value switch
        {
            string text => CountCharacters(text),
            Secret secret => CountCharacters(secret.Reveal()),
            ICollection collection => collection.Count,
            _ => Least,
        };
        if (length >= Least && (Most is null || length <= Most))
        {
            return null;
        }

        var isText = value is string or Secret;
        var limit = length < Least ? $"at least {Count(Least, isText)}" : $"at most {Count(Most ?? 0, isText)}";
        return length == 0
            ? $"'{name}' is empty; it must have {limit}."
            : $"'{name}' has {Count(length, isText)}; it must have {limit}.";
    }

    private static int CountCharacters(string text)
    {
        var count = 0;
        foreach (var _ in text.EnumerateRunes())
        {
            count++;
        }

        return count;
    }

    private static string Count(int count, bool isText)
    {
        var noun = (isText, count) switch
        {
            (true, 1) => "character",
            (true, _) => "characters",
            (false, 1) => "entry",
            (false, _) => "entries",
        };
        return string.Create(CultureInfo.InvariantCulture, $"{count} {noun}");
    }
}
