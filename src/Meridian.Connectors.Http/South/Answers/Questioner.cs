using Meridian.Connectors.Http.Client;
using Meridian.Connectors.Http.South.Paging;
using Meridian.Connectors.Http.South.Requests;
using Meridian.Sdk.Faults;
using Meridian.Sdk.South;

namespace Meridian.Connectors.Http.South.Answers;

/// <summary>Asks one question page by page, waits where the server asks to, and gives the rows to all who asked.
/// </summary>
internal sealed class Questioner(HttpPeer peer, HttpSouthSettings settings, TimeProvider time)
{
    /// <summary>How often a page is asked for that is refused with a wait; servers say 0 seconds, too.</summary>
    private const int MaxTries = 10;

    /// <summary>Asks.</summary>
    /// <param name="takers">Who asks: all of one question, at least one.</param>
    /// <param name="window">The window.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="ConnectorException">The server as a whole cannot be asked.</exception>
    public async Task<Asked> AskAsync(
        IReadOnlyList<RowTaker> takers, HistoryWindow window, CancellationToken cancellationToken)
    {
        var question = takers[0].Query.Question;
        var course = new PageCourse(question.Settings.Paging);
        using var rows = new AnswerRows(question, takers, time);
        while (true)
        {
            var place = course.Place;
            var url = question.Request.UrlOf(window, place);
            var answer = await SendAsync(question, url, window, place, rows, cancellationToken).ConfigureAwait(false);
            var method = question.Request.Method;
            if (answer.Status is < 200 or >= 300)
            {
                return AnswerStatus.Of(method, answer, url, peer.Secrets);
            }

            if (rows.IsFull)
            {
                return new Asked(AskedKind.TooMuch, "It has more readings than are held at once.");
            }

            if (answer.IsCut)
            {
                return new Asked(
                    AskedKind.TooMuch,
                    $"{method} {HttpAddress.Of(url)} gives more than {settings.MaxAnswerSize}, the limit of "
                    + "settings.maxAnswerSize; raise it, or let the server give less at once.");
            }

            if (rows.Problem is { } problem)
            {
                return Refused(method, url, course, answer, problem);
            }

            if (!course.MoveOn(rows.EndOf(answer, url)))
            {
                rows.FindMissing();
                return Asked.Whole;
            }

            if (course.Problem is { } lost)
            {
                return Refused(method, url, course, answer, lost);
            }
        }
    }

    private static Asked Refused(HttpMethod method, Uri url, PageCourse course, HttpAnswer answer, string problem)
    {
        var page = course.Count > 0 ? $", page {course.Count + 1}" : string.Empty;
        return new Asked(
            AskedKind.Refused, $"{method} {HttpAddress.Of(url)}{page}, answered with {answer.StatusText}: {problem}");
    }

    private async Task<HttpAnswer> SendAsync(
        HttpQuestion question,
        Uri url,
        HistoryWindow window,
        PagePlace place,
        AnswerRows rows,
        CancellationToken cancellationToken)
    {
        var left = settings.MaxRetryAfter;
        for (var tries = 1; ; tries++)
        {
            rows.Begin();
            var answer = await peer
                .SendAsync(
                    onPart => question.Request.Make(url, window, place, onPart), rows.ReadAsync, cancellationToken)
                .ConfigureAwait(false);
            if (answer.Status is not (429 or 503) || answer.RetryAfter is not { } wait || wait > left
                || tries == MaxTries)
            {
                return answer;
            }

            left -= wait;
            await Task.Delay(wait, time, cancellationToken).ConfigureAwait(false);
        }
    }
}
