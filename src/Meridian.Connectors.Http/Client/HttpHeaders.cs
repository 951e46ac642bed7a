using System.Globalization;
using System.Net.Http.Headers;

namespace Meridian.Connectors.Http.Client;

/// <summary>Headers of requests and answers.</summary>
internal static class HttpHeaders
{
    private const string OtherThanToken = "!#$%&'*+-.^_`|~";

    // Belongs to the body, and would be refused among the others.
    private const string ContentType = "Content-Type";

    /// <summary>Whether a text is a field name (RFC 9110 §5.1, §5.6.2).</summary>
    public static bool IsName(string text) => text.Length > 0 && text.All(
        static letter => char.IsAsciiLetterOrDigit(letter)
            || OtherThanToken.Contains(letter, StringComparison.Ordinal));

    /// <summary>Whether a text can be a field's value as it is (RFC 9110 §5.5).</summary>
    public static bool IsValue(string text) => text.All(static letter => letter is '\t' or (>= ' ' and <= '~'));

    /// <summary>Adds headers; they take the place of the connector's own.</summary>
    public static void Add(HttpRequestMessage request, IReadOnlyDictionary<string, string> headers)
    {
        foreach (var (name, value) in headers)
        {
            if (string.Equals(name, ContentType, StringComparison.OrdinalIgnoreCase))
            {
                request.Content?.Headers.Remove(name);
                request.Content?.Headers.TryAddWithoutValidation(name, value);
            }
            else
            {
                request.Headers.Remove(name);
                request.Headers.TryAddWithoutValidation(name, value);
            }
        }
    }

    /// <summary>The first value of an answer's header; null where there is none.</summary>
    public static string? FirstOf(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;

    /// <summary>All values of an answer's header.</summary>
    public static IReadOnlyList<string> AllOf(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? [.. values] : [];

    /// <summary>How long the server asks to wait (RFC 9110 §10.2.3): seconds, or a date; null for none or nonsense.
    /// </summary>
    public static TimeSpan? RetryAfterOf(HttpResponseMessage response, DateTimeOffset now)
    {
        if (FirstOf(response, "Retry-After") is not { } text)
        {
            return null;
        }

        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
            && double.IsFinite(seconds))
        {
            return TimeSpan.FromSeconds(Math.Min(seconds, TimeSpan.FromDays(365).TotalSeconds));
        }

        // A date is the server's; measured by its own clock where it tells it, ours may be wrong by hours.
        return RetryConditionHeaderValue.TryParse(text, out var parsed) && parsed.Date is { } date
            ? Max(date - (response.Headers.Date ?? now), TimeSpan.Zero)
            : null;
    }

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
