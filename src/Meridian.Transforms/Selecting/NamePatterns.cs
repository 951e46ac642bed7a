using System.Collections.Frozen;

namespace Meridian.Transforms.Selecting;

/// <summary>
/// Several patterns for names: <c>*</c> stands for any characters, none included, <c>?</c> for one; everything else for
/// itself, upper and lower case apart. Immutable; any thread.
/// </summary>
internal sealed class NamePatterns
{
    private readonly FrozenSet<string> _plain;
    private readonly string[] _wild;

    public NamePatterns(IEnumerable<string> patterns)
    {
        var isWild = patterns.ToLookup(pattern => pattern.AsSpan().ContainsAny('*', '?'));
        _plain = isWild[false].ToFrozenSet(StringComparer.Ordinal);
        _wild = [.. isWild[true].Distinct(StringComparer.Ordinal)];
    }

    /// <summary>Whether a name fits any of the patterns.</summary>
    public bool Matches(string name)
    {
        if (_plain.Contains(name))
        {
            return true;
        }

        foreach (var pattern in _wild)
        {
            if (Fits(pattern, name))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether a name fits a pattern; at worst as many steps as the product of their lengths.</summary>
    public static bool Fits(ReadOnlySpan<char> pattern, ReadOnlySpan<char> name)
    {
        var (at, read) = (0, 0);
        var (star, taken) = (-1, 0);
        while (read < name.Length)
        {
            if (at < pattern.Length && pattern[at] == '*')
            {
                (star, taken) = (at++, read);
            }
            else if (at < pattern.Length && (pattern[at] == '?' || pattern[at] == name[read]))
            {
                at++;
                read++;
            }
            else if (star >= 0)
            {
                // The last star takes one character more, and what follows it is tried again.
                at = star + 1;
                read = ++taken;
            }
            else
            {
                return false;
            }
        }

        return pattern[at..].Trim('*').IsEmpty;
    }
}
