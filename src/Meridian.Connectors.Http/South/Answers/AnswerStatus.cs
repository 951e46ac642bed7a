using Meridian.Connectors.Http.Client;
using Meridian.Sdk.Faults;

namespace Meridian.Connectors.Http.South.Answers;

/// <summary>What a status that is no success means to a question. Stateless.</summary>
internal static class AnswerStatus
{
    /// <summary>The meaning.</summary>
    /// <exception cref="ConnectorException">It concerns the server as a whole.</exception>
    public static Asked Of(HttpMethod method, HttpAnswer answer, Uri url, IReadOnlyList<string> secrets)
    {
        var said = HttpFaults.Reason(method, answer, url, secrets);
        switch (answer.Status)
        {
            // A proxy's word, and credentials, are the same for all.
            case 401 or 407:
                throw HttpFaults.OfStatus(answer, url, secrets)
                    ?? new ConnectorException(Fault.Unauthorized, said);
            case 429 or 502 or 503 or 504:
                throw new ConnectorException(
                    Fault.Unreachable,
                    answer.RetryAfter is { } wait
                        ? $"{said} It asks to wait {wait.TotalSeconds:0} s, more than is left of "
                            + "settings.maxRetryAfter; the connection is made anew."
                        : $"{said} It is tried again.");
            case 408 or 425 or 500 or (> 504 and < 600):
                return new Asked(AskedKind.Failed, $"{said} It is tried again.");
            default:
                return new Asked(AskedKind.Refused, said + HintOf(answer));
        }
    }

    private static string HintOf(HttpAnswer answer) => answer.Status switch
    {
        403 => " The credentials have no right to it: grant it there.",
        404 or 410 => " There is nothing at that address: check the item's path.",
        405 or 501 => " It takes no such request there: check the item's method.",
        414 => " The address is too long: set the item's method to post where the server has it.",
        406 or 415 => " Check the item's headers and contentType.",
        >= 300 and < 400 and not 304 => " Redirects are not followed: name the address that answers"
            + (answer.Location is { } to ? $" ({HttpAddress.Of(to)})." : "."),
        >= 400 and < 500 => " The server does not understand the request: check the item's path, query and body, and "
            + "how times are written.",
        _ => " That is no answer to a question.",
    };
}
