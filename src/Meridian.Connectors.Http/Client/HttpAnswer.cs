using System.Net;
using System.Text;

namespace Meridian.Connectors.Http.Client;

/// <summary>What a server answered; its body bounded and in memory.</summary>
/// <param name="Status">The status code.</param>
/// <param name="Phrase">The words behind it; may be empty.</param>
/// <param name="Body">The body, unpacked, up to the limit.</param>
internal sealed record HttpAnswer(int Status, string Phrase, ReadOnlyMemory<byte> Body)
{
    private const int MaxExcerptChars = 200;

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

    /// <summary>The header <c>Server</c>.</summary>
    public string? Server { get; init; }

    /// <summary>Headers by name, the first of each.</summary>
    public required Func<string, string?> HeaderOf { get; init; }

    /// <summary>How long the answer took.</summary>
    public TimeSpan Took { get; init; }

    /// <summary>The protocol's version.</summary>
    public Version Version { get; init; } = HttpVersion.Version11;

    /// <summary>Status and phrase: <c>503 Service Unavailable</c>.</summary>
    public string StatusText => Phrase.Length == 0 ? $"{Status}" : $"{Status} {Phrase}";

    /// <summary>The body's beginning as one line for a message, with secrets blotted out; empty where there is none.
    /// </summary>
    public string Excerpt(IReadOnlyList<string> secrets)
    {
        var text = new StringBuilder(MaxExcerptChars);
        var body = Encoding.UTF8.GetString(Body.Span[..Math.Min(Body.Length, 4 * MaxExcerptChars)]);
        foreach (var secret in secrets)
        {
            body = body.Replace(secret, "***", StringComparison.Ordinal);
        }

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
}
