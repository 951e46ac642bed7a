using Meridian.Connectors.Http.Client;
using Meridian.Sdk.Faults;

namespace Meridian.Connectors.Http.Influx;

/// <summary>
/// Tells InfluxDB from any other web server before the first reading goes there, by what its versions promise of
/// <c>/ping</c> and say to a write without a line.
/// </summary>
/// <remarks>
/// <c>/ping</c> is 204 with the version in a header (1, 2 and 3 Clustered; InfluxDB Cloud leaves the header out), or
/// 200 with the version in that header and in JSON (3 Core, Enterprise and Cloud): "Ping" in the HTTP API reference of
/// each. A write of nothing is 204 (1), or 400 with one of <see cref="NothingToWrite"/> (2, 3).
/// Not every server that takes lines answers a ping so: InfluxDB 3 Enterprise may want another token for it, Telegraf's
/// listener has none, a proxy may answer it itself. Then the write of nothing alone tells, and must say more.
/// </remarks>
internal static class InfluxGreeting
{
    private const string VersionHeader = "X-Influxdb-Version";
    private const string BuildHeader = "X-Influxdb-Build";

    private static readonly string[] NothingToWrite = ["writing requires points", "incoming write was empty"];

    /// <summary>The server's version, for a message; null where it does not tell.</summary>
    public static string? VersionOf(HttpAnswer ping, HttpAnswer write, IReadOnlyList<string> secrets) =>
        (ping.HeaderOf(VersionHeader) ?? InfluxAnswers.TextOf(ping, "version") ?? write.HeaderOf(VersionHeader))
            is { } version ? HttpAnswer.InOneLine(version, secrets) : null;

    /// <summary>How the server was built, for a message; null where it does not tell.</summary>
    public static string? BuildOf(HttpAnswer ping, HttpAnswer write, IReadOnlyList<string> secrets) =>
        (ping.HeaderOf(BuildHeader) ?? write.HeaderOf(BuildHeader)) is { } build
            ? HttpAnswer.InOneLine(build, secrets)
            : null;

    /// <summary>
    /// What is wrong with the answer to a ping; null when InfluxDB gave it, or it asks to wait: the write is asked.
    /// </summary>
    public static ConnectorException? FaultOfPing(
        HttpAnswer ping, Uri url, string target, IReadOnlyList<string> secrets) => ping.Status switch
        {
            >= 200 and < 300 when IsNamed(ping) || InfluxAnswers.TextOf(ping, "version") is not null => null,
            204 or 429 => null,
            401 or 403 or 407 or (>= 300 and < 400) => OfAnswer(ping, url, target, secrets),
            >= 500 or 408 or 425 => NotReady(ping, url, secrets),
            _ => Stranger(ping, url, secrets),
        };

    /// <summary>
    /// Whether who answers a ping wrongly may take writes all the same, so that a write of nothing is to tell. A
    /// redirect, a proxy that wants to know us and a server that is not there would say the same again.
    /// </summary>
    public static bool IsUndecided(HttpAnswer ping) =>
        ping.Status is (>= 200 and < 300) or (>= 400 and < 500 and not 407);

    /// <summary>What is wrong with the answer to a write of nothing; null when the target is there for us.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="url">Where it came from.</param>
    /// <param name="target">What is written to, in words.</param>
    /// <param name="secrets">What is blotted out.</param>
    /// <param name="doubt">What was wrong with the ping; null when InfluxDB answered it.</param>
    public static ConnectorException? FaultOfWrite(
        HttpAnswer answer, Uri url, string target, IReadOnlyList<string> secrets, ConnectorException? doubt) =>
        doubt is null || IsNamed(answer) ? FaultOfWrite(answer, url, target, secrets)
        : IsOfInfluxDb(answer) ? null
        : IsOfRightsOrTarget(answer) ? OfAnswer(answer, url, target, secrets)
        : doubt;

    private static ConnectorException? FaultOfWrite(
        HttpAnswer answer, Uri url, string target, IReadOnlyList<string> secrets) => answer.Status switch
        {
            // Version 1 has a 200 for what holds no line; 429 is heard again, with its time, by the first batch.
            204 or 429 => null,
            200 when IsNamed(answer) => null,
            400 or 422 when !answer.IsMarkup => null,
            >= 500 or 408 or 425 => NotReady(answer, url, secrets),
            _ => OfAnswer(answer, url, target, secrets),
        };

    /// <summary>What the answer to a write of nothing says of the right to write, in words.</summary>
    public static string RightOf(HttpAnswer answer, string target, IReadOnlyList<string> secrets)
    {
        var said = InfluxAnswers.Said(answer, secrets);
        return IsOfInfluxDb(answer)
                ? $"{target} takes writes"
                : $"{target}: a write without a line is answered with {answer.StatusText}"
                    + (said.Length > 0 ? $": {said}" : string.Empty);
    }

    /// <summary>Whether only what takes lines says so to a write of nothing.</summary>
    private static bool IsOfInfluxDb(HttpAnswer answer) =>
        answer.Status == InfluxAnswers.Stored
        || (answer.Status is 400 or 422
            && !answer.IsMarkup
            && InfluxAnswers.Said(answer, []) is var said
            && NothingToWrite.Any(words => said.Contains(words, StringComparison.OrdinalIgnoreCase)));

    /// <summary>Whether it says more than a ping did; any server says 404 to a path that it does not have.</summary>
    private static bool IsOfRightsOrTarget(HttpAnswer answer) =>
        answer.Status is 401 or 403 || (answer.Status == 404 && !answer.IsMarkup && !answer.Body.IsEmpty);

    private static bool IsNamed(HttpAnswer answer) =>
        answer.HeaderOf(VersionHeader) is not null || answer.HeaderOf(BuildHeader) is not null;

    private static ConnectorException OfAnswer(
        HttpAnswer answer, Uri url, string target, IReadOnlyList<string> secrets) =>
        InfluxAnswers.FaultOf(answer, url, target, secrets) ?? Stranger(answer, url, secrets);

    private static ConnectorException NotReady(HttpAnswer answer, Uri url, IReadOnlyList<string> secrets) => new(
        Fault.Unreachable,
        $"{InfluxAnswers.Reason(answer, url, secrets)} It is not ready, or a proxy does not reach it; it is tried "
        + "again. If it stays so, check that settings.url leads to InfluxDB.");

    private static ConnectorException Stranger(HttpAnswer answer, Uri url, IReadOnlyList<string> secrets)
    {
        var what = answer.MediaType is { Length: > 0 } type
            ? $" and {HttpAnswer.InOneLine(type, secrets)}"
            : string.Empty;
        var who = answer.Server is { Length: > 0 } server
            ? $" The server there calls itself '{server}'."
            : string.Empty;
        return new ConnectorException(
            Fault.Malformed,
            $"{HttpAddress.Of(url)} answers {answer.StatusText}{what}, which is not how InfluxDB answers.{who} Check "
            + "settings.url: host, port (InfluxDB's is 8086, of version 3 8181) and no path of a page; a proxy before "
            + "InfluxDB must let writes through, and should let /ping through.");
    }
}
