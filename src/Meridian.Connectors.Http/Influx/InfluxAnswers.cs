using System.Text;
using System.Text.Json;
using Meridian.Connectors.Http.Client;
using Meridian.Sdk.Faults;

namespace Meridian.Connectors.Http.Influx;

/// <summary>What InfluxDB says to lines that it was given. Only words about lines put one into quarantine.</summary>
internal static class InfluxAnswers
{
    /// <summary>The one status with which every version says that it has stored all lines.</summary>
    public const int Stored = 204;

    // Version 3 documents that it names no more than these; what it refuses beyond them would pass for stored.
    private const int MaxNamedLines = 100;

    // What the versions say about lines, whatever the status: 400 in 1 and 3, 400 and 422 in 2.
    private static readonly string[] AboutLines =
    [
        "partial write", "unable to parse", "field type conflict", "parsing failed", "invalid line", "max key length",
        "beyond retention", "timestamp", "invalid field",
    ];

    /// <summary>
    /// Whether the answer refuses lines, so that a smaller batch can find them. A page of somebody else never does,
    /// whatever words are on it; its 413 speaks of the body, so it splits a body of several lines and refuses none.
    /// </summary>
    public static bool RefusesLines(HttpAnswer answer, int lineCount)
    {
        var said = Said(answer, []);
        return (answer.Status == 413 && (lineCount > 1 || !answer.IsMarkup))
            || (answer.Status is 400 or 422
                && !answer.IsMarkup
                && AboutLines.Any(words => said.Contains(words, StringComparison.OrdinalIgnoreCase)));
    }

    /// <summary>
    /// The server's own words: <c>error</c> (1, 3) or <c>message</c> (2) of its JSON, with secrets blotted out.
    /// </summary>
    public static string Said(HttpAnswer answer, IReadOnlyList<string> secrets)
    {
        if (answer.IsMarkup)
        {
            return $"{answer.Excerpt(secrets)}, which a proxy or another server gives and InfluxDB does not";
        }

        return (TextOf(answer, "error") ?? TextOf(answer, "message")) is { } words
            ? (answer with { Body = Encoding.UTF8.GetBytes(words) }).Excerpt(secrets)
            : answer.Excerpt(secrets);
    }

    /// <summary>A text of the body's JSON object; null where there is none, or what came is no such object.</summary>
    public static string? TextOf(HttpAnswer answer, string name)
    {
        try
        {
            using var json = JsonDocument.Parse(answer.Body);
            return json.RootElement.ValueKind == JsonValueKind.Object
                && json.RootElement.TryGetProperty(name, out var text)
                && text.ValueKind == JsonValueKind.String
                    ? text.GetString()
                    : null;
        }
        catch (JsonException)
        {
            // Not the server itself: a proxy before it, or an answer that broke off.
            return null;
        }
    }

    /// <summary>
    /// The lines that InfluxDB 3 refuses when it has stored all others, by their number from 1; null where it does not
    /// say so, or may name only some of them.
    /// </summary>
    public static IReadOnlyList<(int Line, string Reason)>? RefusedLines(HttpAnswer answer)
    {
        if (answer.Status != 400 || answer.IsCut)
        {
            return null;
        }

        try
        {
            using var json = JsonDocument.Parse(answer.Body);
            if (json.RootElement.ValueKind != JsonValueKind.Object
                || !json.RootElement.TryGetProperty("error", out var error)
                || error.ValueKind != JsonValueKind.String
                || error.GetString()?.StartsWith("partial write", StringComparison.Ordinal) != true
                || !json.RootElement.TryGetProperty("data", out var data)
                || data.ValueKind != JsonValueKind.Array)
            {
                return null;
            }

            var lines = new List<(int, string)>();
            foreach (var one in data.EnumerateArray())
            {
                if (one.ValueKind != JsonValueKind.Object
                    || !one.TryGetProperty("line_number", out var number)
                    || number.ValueKind != JsonValueKind.Number
                    || !number.TryGetInt32(out var line))
                {
                    return null;
                }

                var why = one.TryGetProperty("error_message", out var text) && text.ValueKind == JsonValueKind.String
                    ? text.GetString()
                    : null;
                lines.Add((line, why ?? "no reason given"));
            }

            return lines.Count is 0 or >= MaxNamedLines ? null : lines;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Who answered what, with the server's own words: a whole sentence.</summary>
    public static string Reason(HttpAnswer answer, Uri url, IReadOnlyList<string> secrets)
    {
        var who = answer.IsMarkup ? HttpAddress.Of(url) : $"InfluxDB at {HttpAddress.Of(url)}";
        var said = Said(answer, secrets).TrimEnd('.');
        return $"{who} answers {answer.StatusText}{(said.Length > 0 ? $": {said}." : ".")}";
    }

    /// <summary>
    /// A proxy's page says that a body of one line is too large: there is nothing left to split, and the line is none
    /// the worse for it. It waits until the proxy's limit is raised.
    /// </summary>
    public static ConnectorException TooLargeForProxy(
        HttpAnswer answer, Uri url, long sentBytes, IReadOnlyList<string> secrets) => new(
        Fault.Misconfigured,
        isTransient: true,
        $"{Reason(answer, url, secrets)} A proxy before InfluxDB refuses a request with one line of {sentBytes} bytes, "
        + "which cannot be made smaller: raise the proxy's limit of a body (client_max_body_size in nginx), or check "
        + "settings.url.");

    /// <summary>What concerns everything; null where the server only asks to wait or speaks of lines.</summary>
    public static ConnectorException? FaultOf(
        HttpAnswer answer, Uri url, string target, IReadOnlyList<string> secrets)
    {
        var words = Reason(answer, url, secrets);
        return answer.Status switch
        {
            >= 200 and < 300 => new ConnectorException(
                Fault.Malformed,
                $"{words} InfluxDB says 204 when it has stored a write, so nothing counts as delivered. Another server "
                + "or a proxy answers there: check settings.url."),
            401 => new ConnectorException(
                Fault.Unauthorized, $"{words} Check settings.token, or settings.userName and settings.password."),
            403 => new ConnectorException(Fault.Unauthorized, $"{words} Grant the right to write to {target}."),
            404 => new ConnectorException(
                Fault.Misconfigured,
                isTransient: true,
                $"{words} Make the {target}, or check settings.url, settings.version and the target's name."),
            407 or (>= 300 and < 400) => HttpFaults.OfStatus(answer, url, secrets),
            >= 400 and < 500 and not (408 or 409 or 425 or 429) => new ConnectorException(
                Fault.Misconfigured,
                isTransient: true,
                $"{words} Check settings.url, settings.version and the target's settings."),
            _ => null,
        };
    }
}
