using Meridian.Formats.Sql.Next;
using Meridian.Sdk.Faults;
using Meridian.Sdk.South;

namespace Meridian.Formats.Sql;

/// <summary>
/// What comes next of items that ask by SQL: by a sequence as readings or files, and by windows of time as files.
/// </summary>
/// <remarks>One thread at a time; it remembers the queries of items from call to call.</remarks>
/// <param name="context">Whom to tell of items and of what does not decode.</param>
/// <param name="compile">Makes an item's query; its settings have been checked.</param>
/// <param name="limits">What is held at most.</param>
public sealed class SqlNext(ISouthContext context, Func<Item, SqlQuery> compile, SqlNextLimits limits)
{
    private readonly Dictionary<string, (Item Item, IAnswers Answers)> _known = new(StringComparer.Ordinal);

    /// <summary>Removes the files that a kill left of answers. For the start, before the first question.</summary>
    /// <exception cref="ConnectorException">The South's folder cannot be used; transient.</exception>
    public void RemoveLeftFiles() => FileSink.RemoveLeft(context);

    /// <summary>Answers for one item; see <see cref="IQueriesNext.QueryNextAsync"/>.</summary>
    /// <param name="session">The connection, which stands until the enumeration ends.</param>
    /// <param name="item">The item.</param>
    /// <param name="position">The position of the last page on disk; null to begin.</param>
    /// <param name="cancellationToken">Cancels; pages already given stand.</param>
    /// <exception cref="ConnectorException">
    /// The query is refused, which is not transient, or the database cannot be asked.
    /// </exception>
    public IAsyncEnumerable<NextPage> ReadAsync(
        ISqlSession session, Item item, ReadOnlyMemory<byte>? position, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(item);
        if (!_known.TryGetValue(item.Name, out var known) || !known.Item.Equals(item))
        {
            known = (item, Make(item, compile(item)));
            _known[item.Name] = known;
        }

        return known.Answers.ReadAsync(session, position, cancellationToken);
    }

    private IAnswers Make(Item item, SqlQuery query)
    {
        var settings = query.Settings;
        return settings.Mode == SqlMode.Window ? new WindowAnswers(context, item, query, NewFile)
            : new SequenceAnswers(context, item, query, settings.Result == SqlResult.Csv
                ? NewFile
                : () => new ReadingsSink(context, item, query.Decoder, limits));

        IRowSink NewFile() => new FileSink(context, item, settings.Csv, limits);
    }
}
