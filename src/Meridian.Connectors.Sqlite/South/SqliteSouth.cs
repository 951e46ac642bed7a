using System.Globalization;
using System.Runtime.CompilerServices;
using Meridian.Formats.Sql;
using Meridian.Sdk;
using Meridian.Sdk.South;

namespace Meridian.Connectors.Sqlite.South;

/// <summary>
/// Asks a SQLite file for the past of its items and for what comes next, each by a query of its own. Nothing stays open
/// between two calls; the engine calls one method at a time.
/// </summary>
internal sealed class SqliteSouth(ISouthContext context, SqliteSouthSettings settings) : IQueriesHistory, IQueriesNext
{
    private readonly SqlHistory _history = new(
        context, item => SqlItems.Require(item, context.Name), new SqlHistoryLimits());

    private readonly SqlNext _next = new(context, item => SqlItems.Require(item, context.Name), new SqlNextLimits());

    private readonly SqliteOpening _opening = new(settings, context.Time);

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _next.RemoveLeftFiles();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task ConnectAsync(CancellationToken cancellationToken)
    {
        var session = await _opening.OpenAsync(cancellationToken).ConfigureAwait(false);
        await session.DisposeAsync().ConfigureAwait(false);
        context.ReportConnected();
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<HistoryPage> QueryHistoryAsync(
        IReadOnlyList<Item> items,
        HistoryWindow window,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var session = await _opening.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            var pages = _history.ReadAsync(session, items, window, cancellationToken);
            await foreach (var page in pages.ConfigureAwait(false))
            {
                yield return page;
            }
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<NextPage> QueryNextAsync(
        Item item,
        ReadOnlyMemory<byte>? position,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var session = await _opening.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            var pages = _next.ReadAsync(session, item, position, cancellationToken);
            await foreach (var page in pages.ConfigureAwait(false))
            {
                yield return page;
            }
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Diagnostic>> TestConnectionAsync(CancellationToken cancellationToken)
    {
        var started = context.Time.GetTimestamp();
        var session = await _opening.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            try
            {
                return await session.AskAsync(ask => Describe(ask, started), cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                // The edge between the driver and the engine.
                cancellationToken.ThrowIfCancellationRequested();
                throw SqliteFaults.From(exception, settings.File);
            }
        }
    }

    private IReadOnlyList<Diagnostic> Describe(Func<string, object?> ask, long started)
    {
        var tables = ask("SELECT count(*) FROM sqlite_master WHERE type IN ('table', 'view')");
        var version = ask("SELECT sqlite_version()");
        var mode = ask("PRAGMA journal_mode");
        var took = context.Time.GetElapsedTime(started);
        return
        [
            new Diagnostic("SQLite version", $"{version}"),
            new Diagnostic("File", Path.GetFullPath(settings.File)),
            new Diagnostic("Size", Of(new FileInfo(settings.File).Length, "bytes")),
            new Diagnostic("Last written", $"{File.GetLastWriteTimeUtc(settings.File):u}"),
            new Diagnostic("Journal mode", $"{mode}"),
            new Diagnostic("Session", "read-only"),
            new Diagnostic("Tables and views", $"{tables}"),
            new Diagnostic("Opened in", Of(took.TotalMilliseconds, "ms")),
        ];
    }

    private static string Of(double amount, string unit) =>
        string.Create(CultureInfo.InvariantCulture, $"{amount:0.#} {unit}");
}
