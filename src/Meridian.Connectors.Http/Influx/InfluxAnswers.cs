using System.Text.Json;
using Meridian.Connectors.Http.Client;
using Meridian.Sdk.Faults;

namespace Meridian.Connectors.Http.Influx;

/// <summary>What InfluxDB says to lines that it was given. Only words about lines put one into quarantine.</summary>
internal static class InfluxAnswers
{
    // What the versions say about lines, whatever the status: 400 in 1 and 3, 400 and 422 in 2.
    private static readonly string[] AboutLines =
    [
        "partial write", "unable to parse", "field type conflict", "parsing failed", "invalid line", "max key length",
        "beyond retention", "timestamp", "invalid field",
    ];

    /// <summary>Whether the answer refuses lines, so that a smaller batch can find them.</summary>
    public static bool RefusesLines(HttpAnswer answer, string said) =>
        answer.Status == 413
        || (answer.Status is 400 or 422
            && AboutLines.Any(words => said.Contains(words, StringComparison.OrdinalIgnoreCase)));

    /// <summary>
    /// The server's own words: <c>error</c> (1, 3) or <c>message</c> (2) of its JSON, with secrets blotted out.
    /// </summary>
    public static string Said(HttpAnswer answer, IReadOnlyList<string> secrets)
    {
        try
        {
            using var json = JsonDocument.Parse(answer.Body);
            foreach (var name in new[] { "error", "message" })
            {
                if (json.RootElement.ValueKind == JsonValueKind.Object
                    && json.RootElement.TryGetProperty(name, out var text)
                    && text.ValueKind == JsonValueKind.String)
                {
                    return (answer with { Body = System.Text.Encoding.UTF8.GetBytes(text.GetString() ?? "") })
                        .Excerpt(secrets);
                }
            }
        }
        catch (JsonException)
        {
            // Not the server itself: a proxy before it, or an answer that broke off.
        }

        return answer.Excerpt(secrets);
    }

    /// <summary>
    /// The lines that InfluxDB 3 refuses when it has stored all others, by their number from 1; null where it does not
    /// say so.
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

            return lines.Count == 0 ? null : lines;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>What concerns everything; null where the server only asks to wait or speaks of lines.</summary>
    public static ConnectorException? FaultOf(HttpAnswer answer, Uri url, string target, string said)
    {
        var words = $"InfluxDB at {HttpAddress.Of(url)} answers {answer.StatusText}"
            + (said.Length > 0 ? $": {said.TrimEnd('.')}." : ".");
        return answer.Status switch
        {
            401 => new ConnectorException(
                Fault.Unauthorized, $"{words} Check settings.token, or settings.userName and settings.password."),
            403 => new ConnectorException(Fault.Unauthorized, $"{words} Grant the right to write to {target}."),
            404 => new ConnectorException(
                Fault.Misconfigured,
                isTransient: true,
                $"{words} Make the {target}, or check settings.url, settings.version and the target's name."),
            407 or (>= 300 and < 400) => HttpFaults.OfStatus(answer, url, []),
            >= 400 and < 500 and not (408 or 409 or 425 or 429) => new ConnectorException(
                Fault.Misconfigured, isTransient: true, $"{words} Check settings.version and the target's settings."),
            _ => null,
        };
    }
}
