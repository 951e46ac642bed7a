using System.Text;

namespace Meridian.Mqtt;

/// <summary>A secret in somebody else's words.</summary>
internal static class SecretText
{
    private const string Hidden = "***";

    // A shorter one would be found in words that have nothing to do with it.
    private const int MinHiddenLength = 4;

    // So long a one stands in no other word by chance: next to a letter it is the secret, too, as in "user%3As3cret-8".
    private const int MinLengthInsideWords = 8;

    /// <summary>The words, with <c>***</c> in place of the secret.</summary>
    /// <param name="words">What a server or proxy says.</param>
    /// <param name="secret">One of 8 characters or more is hidden wherever it stands; one of 4 to 7 where it is a word
    /// of its own, not where it is part of one; null, and what is shorter, is never hidden.</param>
    public static string Hide(string words, string? secret)
    {
        if (secret is not { Length: >= MinHiddenLength } || !words.Contains(secret, StringComparison.Ordinal))
        {
            return words;
        }

        return secret.Length >= MinLengthInsideWords
            ? words.Replace(secret, Hidden, StringComparison.Ordinal)
            : HideWords(words, secret);
    }

    private static string HideWords(string words, string secret)
    {
        var text = new StringBuilder();
        var copied = 0;
        for (var at = words.IndexOf(secret, StringComparison.Ordinal); at >= 0;)
        {
            var next = at + 1;
            if (IsWordOfItsOwn(words, at, secret))
            {
                text.Append(words.AsSpan(copied, at - copied)).Append(Hidden);
                copied = next = at + secret.Length;
            }

            at = words.IndexOf(secret, next, StringComparison.Ordinal);
        }

        return text.Append(words.AsSpan(copied)).ToString();
    }

    private static bool IsWordOfItsOwn(string words, int at, string secret) =>
        !(at > 0 && char.IsLetterOrDigit(secret[0]) && char.IsLetterOrDigit(words[at - 1]))
        && !(at + secret.Length < words.Length && char.IsLetterOrDigit(secret[^1])
            && char.IsLetterOrDigit(words[at + secret.Length]));
}
