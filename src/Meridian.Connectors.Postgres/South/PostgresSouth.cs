using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Meridian.Formats.Sql;
using Meridian.Sdk;
using Meridian.Sdk.Faults;
using Meridian.Sdk.South;
using Npgsql;

namespace Meridian.Connectors.Postgres.South;

/// <summary>
/// Asks PostgreSQL for the past of its items and for what comes next, each by a query of its own, over one connection
/// that only reads. The engine calls one method at a time.
/// </summary>
[SuppressMessage(
    "Design",
    "CA1001:Types that own disposable fields should be disposable",
    Justification = "A connector's connection lives from connect to disconnect, which closes it.")]
internal sealed class PostgresSouth : IQueriesHistory, IQueriesNext
{
    // The server ends a slow query itself; the driver waits a little longer, for a server that is silent.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly ISouthContext _context;
    private readonly PostgresSouthSettings _settings;
    private readonly string _sessionSql;
    private readonly SqlHistory _history;
    private readonly SqlNext _next;
    private PostgresSession? _session;

    /// <summary>Touches neither network nor disk.</summary>
    public PostgresSouth(
        ISouthContext context,
        PostgresSouthSettings settings,
        SqlHistoryLimits? limits = null,
        SqlNextLimits? nextLimits = null)
    {
        (_context, _settings) = (context, settings);
        _sessionSql = PostgresSession.SessionSql(settings.CommandTimeout);
        _history = new SqlHistory(context, Compile, limits ?? new SqlHistoryLimits());
        _next = new SqlNext(context, Compile, nextLimits ?? new SqlNextLimits());
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _next.RemoveLeftFiles();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task ConnectAsync(CancellationToken cancellationToken)
    {
        await DisconnectAsync(cancellationToken).ConfigureAwait(false);
        _session = await MappedAsync(
            async token => new PostgresSession(
                await OpenAsync($"Meridian {_context.Name}", token).ConfigureAwait(false),
                _settings.Server,
                _settings.CommandTimeout),
            cancellationToken).ConfigureAwait(false);
        _context.ReportConnected();
    }

    /// <inheritdoc/>
    public async Task DisconnectAsync(CancellationToken cancellationToken)
    {
        if (_session is { } session)
        {
            _session = null;
            await session.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<HistoryPage> QueryHistoryAsync(
        IReadOnlyList<Item> items,
        HistoryWindow window,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var page in _history.ReadAsync(Session(), items, window, cancellationToken)
            .ConfigureAwait(false))
        {
            yield return page;
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<NextPage> QueryNextAsync(
        Item item,
        ReadOnlyMemory<byte>? position,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var page in _next.ReadAsync(Session(), item, position, cancellationToken).ConfigureAwait(false))
        {
            yield return page;
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Diagnostic>> TestConnectionAsync(CancellationToken cancellationToken) =>
        await MappedAsync(
            async token =>
            {
                var connection = await OpenAsync($"Meridian {_context.Name} test", token).ConfigureAwait(false);
                await using (connection.ConfigureAwait(false))
                {
                    return await SourceFacts.ReadAsync(connection, _context.Time, token).ConfigureAwait(false);
                }
            },
            cancellationToken).ConfigureAwait(false);

    private SqlQuery Compile(Item item) => SqlItems.Require(item, _context.Name);

    private PostgresSession Session() => _session ?? throw new ConnectorException(
        Fault.Unreachable, $"{_settings.Server}: not connected; connect comes first.");

    private Task<NpgsqlConnection> OpenAsync(string applicationName, CancellationToken cancellationToken) =>
        PostgresOpening.OpenAsync(
            _settings, _settings.CommandTimeout + Patience, applicationName, _sessionSql, cancellationToken);

    private async Task<T> MappedAsync<T>(Func<CancellationToken, Task<T>> act, CancellationToken cancellationToken)
    {
        try
        {
            return await act(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not ConnectorException
            && !(exception is OperationCanceledException && cancellationToken.IsCancellationRequested))
        {
            // The edge between the driver and the engine: whatever it is, the engine is told in its own words.
            throw PostgresFaults.From(exception, _settings.Server, _settings.CommandTimeout);
        }
    }
}
