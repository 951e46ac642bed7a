namespace Meridian.Connectors.Http.South.Paging;

/// <summary>Reads the header <c>Link</c> (RFC 8288 §3). Stateless; what is no link is passed over, never an exception.
/// </summary>
internal static class LinkHeader
{
    /// <summary>The target of the first link whose relation is <c>next</c>; null where there is none.</summary>
    /// <param name="values">The header's values, each a list of links.</param>
    public static string? FindNext(IReadOnlyList<string> values)
    {
        foreach (var value in values)
        {
            var at = 0;
            while (TryReadLink(value, ref at, out var target, out var isNext))
            {
                if (isNext)
                {
                    return target;
                }
            }
        }

        return null;
    }

    /// <summary>One link: <c>&lt;target&gt; *( ; name [= value] )</c>, after commas and blanks.</summary>
    private static bool TryReadLink(string text, ref int at, out string target, out bool isNext)
    {
        (target, isNext) = (string.Empty, false);
        var open = text.IndexOf('<', at);
        var close = open < 0 ? -1 : text.IndexOf('>', open);
        if (close < 0)
        {
            return false;
        }

        target = text[(open + 1)..close].Trim();
        at = close + 1;
        string? relation = null;
        var isOfThis = true;
        while (TryReadParameter(text, ref at, out var name, out var value))
        {
            // The first counts (§3.3); a link of another context (§3.2) says nothing of this answer.
            relation ??= name.Equals("rel", StringComparison.OrdinalIgnoreCase) ? value : null;
            isOfThis &= !name.Equals("anchor", StringComparison.OrdinalIgnoreCase);
        }

        isNext = isOfThis && relation is not null
            && relation.Split(' ').Contains("next", StringComparer.OrdinalIgnoreCase);
        return true;
    }

    private static bool TryReadParameter(string text, ref int at, out string name, out string value)
    {
        (name, value) = (string.Empty, string.Empty);
        SkipBlanks(text, ref at);
        if (at == text.Length || text[at] != ';')
        {
            return false;
        }

        at++;
        SkipBlanks(text, ref at);
        name = ReadUntil(text, ref at, "=;, \t");
        SkipBlanks(text, ref at);
        if (at < text.Length && text[at] == '=')
        {
            at++;
            SkipBlanks(text, ref at);
            value = at < text.Length && text[at] == '"' ? ReadQuoted(text, ref at) : ReadUntil(text, ref at, ";, \t");
        }

        return true;
    }

    private static string ReadUntil(string text, ref int at, string ends)
    {
        var start = at;
        while (at < text.Length && !ends.Contains(text[at], StringComparison.Ordinal))
        {
            at++;
        }

        return text[start..at];
    }

    private static string ReadQuoted(string text, ref int at)
    {
        var start = ++at;
        while (at < text.Length && text[at] != '"')
        {
            at += text[at] == '\\' && at + 1 < text.Length ? 2 : 1;
        }

        var value = text[start..at];
        at = Math.Min(text.Length, at + 1);
        return value;
    }

    private static void SkipBlanks(string text, ref int at)
    {
        while (at < text.Length && text[at] is ' ' or '\t')
        {
            at++;
        }
    }
}
