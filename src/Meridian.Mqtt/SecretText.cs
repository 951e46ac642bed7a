using System.Text;

namespace Meridian.Mqtt;

/// <summary>A secret in somebody else's words.</summary>
internal static class SecretText
{
    private const string Hidden = "***";

    // A shorter one would be found in words that have nothing to do with it.
    private const int MinHiddenLength = 4;

    /// <summary>The words, with <c>***</c> in place of the secret.</summary>
    /// <param name="words">What a server or proxy says.</param>
    /// <param name="secret">Hidden where it is a word of its own, not where it is part of one; null, and what is
    /// shorter than 4 characters, is never hidden.</param>
    public static string Hide(string words, string? secret)
    {
        if (secret is not { Length: >= MinHiddenLength } || !words.Contains(secret, StringComparison.Ordinal))
        {
            return words;
        }

        var hidden = new StringBuilder();
        for (var at = 0; at < words.Length;)
        {
            var stands = StandsAt(words, at, secret);
            hidden.Append(stands ? Hidden : words[at..(at + 1)]);
            at += stands ? secret.Length : 1;
        }

        return hidden.ToString();
    }

    private static bool StandsAt(string words, int at, string secret) =>
        string.CompareOrdinal(words, at, secret, 0, secret.Length) == 0
        && !(at > 0 && char.IsLetterOrDigit(secret[0]) && char.IsLetterOrDigit(words[at - 1]))
        && !(at + secret.Length < words.Length && char.IsLetterOrDigit(secret[^1])
            && char.IsLetterOrDigit(words[at + secret.Length]));
}
