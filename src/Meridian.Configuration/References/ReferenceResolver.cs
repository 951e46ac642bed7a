using System.Text;
using Meridian.Configuration.Words;

namespace Meridian.Configuration.References;

/// <summary>
/// Follows references in texts. <c>${env:NAME}</c> may stand anywhere in any text; <c>${file:PATH}</c> only in a
/// secret, so that what a secret file holds cannot show where texts are shown; so does <c>${encrypted:…}</c>, which
/// the gateway decrypts. <c>$${env:</c> writes <c>${env:</c> itself.
/// </summary>
/// <remarks>
/// What is not <c>${word:</c> is left alone, so templates with <c>${name}</c> or <c>{name}</c> pass untouched. Another
/// word than those here is a problem and not a text: otherwise a slip would become somebody's password.
/// </remarks>
internal sealed class ReferenceResolver(IConfigurationEnvironment environment)
{
    // A shorter value would be found in words that have nothing to do with it.
    private const int MinHiddenLength = 4;

    // What looks like a placeholder in a value is hidden, too, as far as this.
    private const int MaxHidden = 1_000;
    private const int MaxPlaceholderLength = 200;

    private const string Encrypted = "encrypted";

    private static readonly string[] Schemes = ["env", "file", Encrypted];

    // What stands for it → what it stands for: values, and what looks like a placeholder within them.
    private readonly Dictionary<string, string> _followed = new(StringComparer.Ordinal);

    /// <summary>Follows the references of a text.</summary>
    /// <param name="text">The text as it stands in the file.</param>
    /// <param name="isSecret">Whether it is a secret, for which files may be read.</param>
    public ResolvedText Resolve(string text, bool isSecret)
    {
        if (!text.Contains("${", StringComparison.Ordinal))
        {
            return new ResolvedText(text, HasReference: false, Problem: null);
        }

        var resolved = new StringBuilder();
        var hasReference = false;
        var position = 0;
        while (TryFindReference(text, position, out var start, out var colon))
        {
            if (start > position && text[start - 1] == '$')
            {
                resolved.Append(text, position, start - 1 - position).Append(text, start, colon + 1 - start);
                position = colon + 1;
                continue;
            }

            var scheme = text[(start + 2)..colon];
            var end = text.IndexOf('}', colon);
            if (end < 0)
            {
                return Fail(
                    $"The reference '${{{scheme}:' has no end; close it with '}}' "
                    + "or write '$${' for the text itself.");
            }

            var (value, problem) = Follow(scheme, text[(colon + 1)..end], isSecret);
            if (value is null)
            {
                return Fail(problem ?? string.Empty);
            }

            resolved.Append(text, position, start - position).Append(value);
            Remember(
                value,
                string.Equals(scheme, Encrypted, StringComparison.Ordinal)
                    ? $"${{{Encrypted}:…}}"
                    : text[start..(end + 1)]);
            hasReference = true;
            position = end + 1;
        }

        resolved.Append(text, position, text.Length - position);
        return new ResolvedText(resolved.ToString(), hasReference, Problem: null);
    }

    /// <summary>
    /// Puts references back into a sentence that may repeat what they stand for: it may be a password, and the name of
    /// the variable says as well what to look at. Words that only contain a value are left as they are.
    /// </summary>
    /// <param name="sentence">A connector's words, which knows no references.</param>
    public string Hide(string sentence)
    {
        var hidden = new StringBuilder();
        for (var at = 0; at < sentence.Length;)
        {
            var found = _followed
                .Where(one => StandsAt(sentence, at, one.Key)).OrderByDescending(static one => one.Key.Length)
                .FirstOrDefault();
            hidden.Append(found.Value ?? sentence[at..(at + 1)]);
            at += found.Key?.Length ?? 1;
        }

        return hidden.ToString();
    }

    private static bool StandsAt(string sentence, int at, string value) =>
        string.CompareOrdinal(sentence, at, value, 0, value.Length) == 0
        && !(at > 0 && char.IsLetterOrDigit(value[0]) && char.IsLetterOrDigit(sentence[at - 1]))
        && !(at + value.Length < sentence.Length && char.IsLetterOrDigit(value[^1])
            && char.IsLetterOrDigit(sentence[at + value.Length]));

    private void Remember(string value, string reference)
    {
        if (value.Length < MinHiddenLength)
        {
            return;
        }

        _followed.TryAdd(value, reference);
        for (var open = value.IndexOf('{', StringComparison.Ordinal); open >= 0 && _followed.Count < MaxHidden;
            open = value.IndexOf('{', open + 1))
        {
            var close = value.IndexOf('}', open, Math.Min(value.Length - open, MaxPlaceholderLength));
            if (close - open >= MinHiddenLength)
            {
                _followed.TryAdd(value[open..(close + 1)], reference);
            }
        }
    }

    private static ResolvedText Fail(string problem) => new(Text: null, HasReference: true, problem);

    private static bool TryFindReference(string text, int from, out int start, out int colon)
    {
        colon = 0;
        for (start = text.IndexOf("${", from, StringComparison.Ordinal);
            start >= 0;
            start = text.IndexOf("${", start + 2, StringComparison.Ordinal))
        {
            colon = start + 2;
            while (colon < text.Length && char.IsAsciiLetter(text[colon]))
            {
                colon++;
            }

            if (colon < text.Length && text[colon] == ':' && colon > start + 2)
            {
                return true;
            }
        }

        return false;
    }

    private (string? Value, string? Problem) Follow(string scheme, string target, bool isSecret) => scheme switch
    {
        "env" => environment.FindVariable(target) is { } value
            ? (value, null)
            : (null, $"The environment variable '{target}' is not set; set it before the gateway starts."),
        "file" when isSecret => ReadFile(target),
        "file" => (null, "A file is read only for a secret; '${file:' cannot stand here, use '${env:'."),
        Encrypted when isSecret => environment.TryDecrypt(target, out var secret, out var problem)
            ? (secret, null)
            : (null, $"This secret cannot be read: {problem}"),
        Encrypted => (null, "Only secrets are encrypted; '${encrypted:' cannot stand here, write the text itself."),
        _ => (null, $"The reference '${{{scheme}:' is of no known kind; {Suggestion.Hint(scheme, Schemes)}. "
            + "Write '$${' for the text itself."),
    };

    private (string? Value, string? Problem) ReadFile(string path)
    {
        try
        {
            // Editors and echo end a file with a newline that is not part of the secret.
            var text = environment.ReadFile(path);
            text = text.EndsWith('\n') ? text[..^1] : text;
            return (text.EndsWith('\r') ? text[..^1] : text, null);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return (null, $"The file '{path}' cannot be read: {exception.Message}");
        }
    }
}
