using Meridian.Connectors.Http.South.Answers;
using Meridian.Connectors.Http.South.Requests;
using Meridian.Formats.Rows;
using Meridian.Sdk.Faults;
using Meridian.Sdk.Intakes;
using Meridian.Sdk.Readings;
using Meridian.Sdk.South;

namespace Meridian.Connectors.Http.South;

/// <summary>
/// The values of now. An item that cannot be read gives bad readings of the points that it had before, and its problem
/// is told. One thread at a time.
/// </summary>
internal sealed class HttpLastPoint(ISouthContext context, HttpQueries queries, HttpSouthLimits limits)
{
    /// <summary>The most points of an item that turn bad with it.</summary>
    private const int MaxPoints = 1_000;

    private static readonly HistoryWindow Always = new(DateTimeOffset.MinValue, DateTimeOffset.MaxValue);

    private readonly Dictionary<string, HashSet<string>> _points = new(StringComparer.Ordinal);
    private readonly HashSet<string> _unwell = new(StringComparer.Ordinal);

    /// <summary>Asks for all items, those of one request together.</summary>
    /// <exception cref="ConnectorException">The server as a whole cannot be asked, or failed with all.</exception>
    public async Task<ReadingsContent> ReadAsync(
        Questioner questioner, IReadOnlyList<Item> items, CancellationToken cancellationToken)
    {
        var readings = new List<Reading>();
        ConnectorException? failed = null;
        var hasAnswer = false;
        foreach (var group in queries.Group(items))
        {
            RowTaker[] takers = [.. group.Select(query => new RowTaker(
                query, new GatheredRows(Always, limits.MaxReadings, limits.MaxBytes)))];
            var asked = await questioner.AskAsync(takers, Always, cancellationToken).ConfigureAwait(false);
            failed ??= asked.Kind == AskedKind.Failed ? asked.ToFault() : null;
            hasAnswer |= asked.Kind != AskedKind.Failed;
            foreach (var taker in takers)
            {
                Take(taker, asked, readings);
            }
        }

        return failed is not null && !hasAnswer ? throw failed : new ReadingsContent(readings.ToArray());
    }

    private void Take(RowTaker taker, in Asked asked, List<Reading> readings)
    {
        var item = taker.Query.Item.Name;
        var problem = asked.Kind != AskedKind.Whole ? asked.Why ?? string.Empty : taker.Rows.Refusal;
        if (problem is not null)
        {
            var now = context.Time.GetUtcNow();
            readings.AddRange(PointsOf(taker).Select(
                point => new Reading(point, now, ReadingValue.Null, Quality.Bad)));
            Tell(item, problem);
            return;
        }

        for (var count = 0L; count < taker.Rows.UndecodedCount; count++)
        {
            context.CountUndecoded(item, taker.Rows.FirstProblem ?? string.Empty);
        }

        if (taker.Rows.Count > 0)
        {
            _points[item] = [.. taker.Rows.Readings.Select(static one => one.Point).Distinct(StringComparer.Ordinal)
                .Take(MaxPoints)];
        }

        readings.AddRange(taker.Rows.Readings);
        Tell(item, taker.Rows.LeftOut);
    }

    /// <summary>The points that the item had, or its own name where none are known.</summary>
    private HashSet<string> PointsOf(RowTaker taker) =>
        _points.TryGetValue(taker.Query.Item.Name, out var known) ? known : [taker.Query.Item.Name];

    private void Tell(string item, string? problem)
    {
        if (problem is not null || _unwell.Contains(item))
        {
            context.ReportItem(item, problem);
        }

        _ = problem is null ? _unwell.Remove(item) : _unwell.Add(item);
    }
}
