using System.Net;
using System.Text;

namespace Meridian.Connectors.Http.Client;

/// <summary>What a server answered; its body bounded and in memory.</summary>
/// <param name="Status">The status code.</param>
/// <param name="Phrase">The words behind it, as one short line without secrets; may be empty.</param>
/// <param name="Body">The body, unpacked, up to the limit.</param>
internal sealed record HttpAnswer(int Status, string Phrase, ReadOnlyMemory<byte> Body)
{
    private const int MaxExcerptChars = 200;
    private const int MaxLookedAt = 4 * 1024; // bytes of a body, letters of a header

    /// <summary>Whether there is more of the body than was read, or its end did not come as it was promised.</summary>
    public bool IsCut { get; init; }

    /// <summary>How long the server asks to wait.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Where a redirect leads.</summary>
    public Uri? Location { get; init; }

    /// <summary>The headers <c>Link</c> (RFC 8288).</summary>
    public IReadOnlyList<string> Links { get; init; } = [];

    /// <summary>What the body says that it is, as it came.</summary>
    public string? MediaType { get; init; }

    /// <summary>The header <c>Server</c>, as one short line without secrets.</summary>
    public string? Server { get; init; }

    /// <summary>Headers by name, the first of each.</summary>
    public required Func<string, string?> HeaderOf { get; init; }

    /// <summary>How long the answer took.</summary>
    public TimeSpan Took { get; init; }

    /// <summary>The protocol's version.</summary>
    public Version Version { get; init; } = HttpVersion.Version11;

    /// <summary>Status and phrase: <c>503 Service Unavailable</c>.</summary>
    public string StatusText => Phrase.Length == 0 ? $"{Status}" : $"{Status} {Phrase}";

    /// <summary>Whether the body is a page or other markup and no data: of whoever stands in the server's place.
    /// </summary>
    public bool IsMarkup => IsHtml || Body.Span.TrimStart(" \t\r\n"u8).StartsWith("<"u8);

    private bool IsHtml => MediaType?.Contains("html", StringComparison.OrdinalIgnoreCase) == true
        || BeginsWith("<!doctype html") || BeginsWith("<html");

    /// <summary>
    /// The body's beginning as one line for a message, with secrets blotted out; of a page its title. Empty where there
    /// is none.
    /// </summary>
    public string Excerpt(IReadOnlyList<string> secrets)
    {
        var body = Blotted(Encoding.UTF8.GetString(Body.Span[..Math.Min(Body.Length, MaxLookedAt)]), secrets);
        return !IsHtml || Body.IsEmpty ? InOneLine(body)
            : TitleOf(body) is { Length: > 0 } title ? $"a web page titled '{title}'"
            : "a web page";
    }

    /// <summary>
    /// The beginning of what a peer says elsewhere than in a body, as one line for a message, with secrets blotted out.
    /// </summary>
    public static string InOneLine(string said, IReadOnlyList<string> secrets) =>
        InOneLine(Blotted(said[..Math.Min(said.Length, MaxLookedAt)], secrets));

    private static string Blotted(string text, IReadOnlyList<string> secrets)
    {
        foreach (var secret in secrets)
        {
            text = text.Replace(secret, "***", StringComparison.Ordinal);
        }

        return text;
    }

    private static string TitleOf(string page)
    {
        var begin = page.IndexOf("<title>", StringComparison.OrdinalIgnoreCase);
        var end = page.IndexOf("</title>", StringComparison.OrdinalIgnoreCase);
        return begin >= 0 && end > begin ? InOneLine(page[(begin + "<title>".Length)..end]) : string.Empty;
    }

    private static string InOneLine(string body)
    {
        var text = new StringBuilder(MaxExcerptChars);
        foreach (var letter in body.Take(MaxExcerptChars))
        {
            var isBlank = char.IsControl(letter) || char.IsWhiteSpace(letter);
            if (!isBlank || (text.Length > 0 && text[^1] != ' '))
            {
                text.Append(isBlank ? ' ' : letter);
            }
        }

        return text.ToString().Trim();
    }

    private bool BeginsWith(string words)
    {
        var body = Body.Span.TrimStart(" \t\r\n"u8);
        return body.Length >= words.Length
            && Ascii.EqualsIgnoreCase(body[..words.Length], words);
    }
}
