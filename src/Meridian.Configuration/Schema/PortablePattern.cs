using System.Buffers;
using System.Text;

namespace Meridian.Configuration.Schema;

/// <summary>
/// A regular expression of .NET → one that means the same to ECMA 262, the language of JSON Schema, with its flag u.
/// </summary>
internal static class PortablePattern
{
    // What both read alike behind a backslash, within and without brackets.
    private const string Escapes = @"^$\.*+?()[]{}|/tnrfv";

    private static readonly SearchValues<char> QuantifierCharacters = SearchValues.Create("0123456789,");

    /// <summary>The portable expression; null when the pattern uses what the two read differently.</summary>
    /// <remarks>
    /// <c>\d</c> is every decimal digit of Unicode to .NET, and a dot everything but a line feed. A character beyond
    /// U+FFFF is two to .NET and one to the flag u, which shows only where a pattern counts dots.
    /// </remarks>
    public static string? Find(string pattern)
    {
        var portable = new StringBuilder(pattern.Length);
        var isInBrackets = false;
        for (var index = 0; index < pattern.Length; index++)
        {
            var character = pattern[index];
            var next = index + 1 < pattern.Length ? pattern[index + 1] : '\0';
            if (character == '\\')
            {
                if (Escape(next, isInBrackets) is not { } escape || (isInBrackets && IsRangeEnd(pattern, index)))
                {
                    return null;
                }

                portable.Append(escape);
                index++;
                continue;
            }

            // Groups with options, names or conditions; classes that subtract or begin with their bracket; the flag u
            // wants a brace escaped.
            var isForeign = isInBrackets
                ? character == '[' || (character == ']' && pattern[index - 1] is '[' or '^')
                : (character == '(' && next == '?' && !IsPlainGroup(pattern, index))
                    || (character is '{' or '}' && !IsQuantifier(pattern, index));
            if (isForeign)
            {
                return null;
            }

            portable.Append(character == '.' && !isInBrackets ? "[^\\n]" : character);
            isInBrackets = character == '[' || (isInBrackets && character != ']');
        }

        return portable.ToString();
    }

    private static string? Escape(char escaped, bool isInBrackets) => escaped switch
    {
        'd' => @"\p{Nd}",
        'D' => @"\P{Nd}",
        '-' => isInBrackets ? @"\-" : "-",
        _ => Escapes.Contains(escaped, StringComparison.Ordinal) ? $"\\{escaped}" : null,
    };

    // A class of characters cannot be the end of a range of them.
    private static bool IsRangeEnd(string pattern, int index) =>
        pattern[index + 1] is 'd' or 'D'
        && (pattern[index - 1] == '-' || (index + 2 < pattern.Length && pattern[index + 2] == '-'));

    private static bool IsPlainGroup(string pattern, int index) =>
        index + 2 < pattern.Length && pattern[index + 2] is ':' or '=' or '!';

    private static bool IsQuantifier(string pattern, int index)
    {
        var open = pattern.LastIndexOf('{', index);
        var close = pattern.IndexOf('}', index);
        return open >= 0
            && close > open + 1
            && char.IsAsciiDigit(pattern[open + 1])
            && !pattern.AsSpan(open + 1, close - open - 1).ContainsAnyExcept(QuantifierCharacters);
    }
}
