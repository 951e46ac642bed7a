using System.Diagnostics.CodeAnalysis;
using Meridian.Connectors.Postgres.Copying;
using Meridian.Connectors.Postgres.North.Layouts;
using Meridian.Connectors.Postgres.North.Tables;
using Meridian.Sdk;
using Meridian.Sdk.Faults;
using Meridian.Sdk.North;
using Meridian.Sdk.Readings;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Meridian.Connectors.Postgres.North;

/// <summary>
/// Stores readings in PostgreSQL, each exactly once: the rows and the position are one transaction. The engine calls
/// one method at a time; one connection is kept from connect to disconnect.
/// </summary>
[SuppressMessage(
    "Design",
    "CA1001:Types that own disposable fields should be disposable",
    Justification = "A connector's connection lives from connect to disconnect, which closes it.")]
internal sealed partial class PostgresNorth : IHandlesValues, IKeepsOwnCursor
{
    private readonly INorthContext _context;
    private readonly PostgresNorthSettings _settings;
    private readonly PostgresAddress _address;
    private readonly IRowLayout _layout;
    private readonly ReadingsTable _readings;
    private readonly CopyBuffer _buffer = new();
    private readonly ILogger _logger;
    private TableWriter? _writer;

    /// <summary>Touches neither network nor disk.</summary>
    public PostgresNorth(INorthContext context, PostgresNorthSettings settings)
    {
        (_context, _settings) = (context, settings);
        _address = settings.Server;
        _layout = RowLayouts.Of(settings);
        _readings = new ReadingsTable(settings.Schema, settings.Table, _layout, settings.Hypertable);
        _logger = context.Loggers.CreateLogger<PostgresNorth>();
    }

    /// <inheritdoc/>
    public async Task ConnectAsync(CancellationToken cancellationToken)
    {
        await DisconnectAsync(cancellationToken).ConfigureAwait(false);
        await MappedAsync(OpenWriterAsync, cancellationToken).ConfigureAwait(false);
        _context.ReportConnected();
    }

    /// <inheritdoc/>
    public async Task DisconnectAsync(CancellationToken cancellationToken)
    {
        if (_writer is { } writer)
        {
            _writer = null;
            await writer.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<DeliveryPosition>> ReadPositionsAsync(
        string northId, CancellationToken cancellationToken)
    {
        var writer = _writer ?? throw NotConnected();
        return await MappedAsync(token => writer.ReadPositionsAsync(northId, token), cancellationToken)
            .ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<DeliveryOutcome> HandleValuesAsync(ValuesBatch batch, CancellationToken cancellationToken)
    {
        var writer = _writer ?? throw NotConnected();

        // Found before anything is stored: quarantine must be durable before the position passes.
        if (FindRefused(batch.Readings.Span) is { } refused)
        {
            return DeliveryOutcome.Rejected(refused);
        }

        return await MappedAsync(
            async token =>
            {
                try
                {
                    await writer.StoreAsync(batch, token).ConfigureAwait(false);
                    return DeliveryOutcome.Delivered;
                }
                catch (PostgresException refusal) when (PostgresFaults.MayBeOfTables(refusal))
                {
                    // Before a datum is blamed: a table that was changed refuses what it took before.
                    await writer.CheckAgainAsync(token).ConfigureAwait(false);
                    if (PostgresFaults.RefusesDatum(refusal))
                    {
                        return DeliveryOutcome.Rejected(PostgresFaults.Reason(refusal));
                    }

                    throw;
                }
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Diagnostic>> TestConnectionAsync(CancellationToken cancellationToken) =>
        await MappedAsync(
            async token =>
            {
                var connection = await PostgresOpening
                    .OpenAsync(
                        _settings,
                        _settings.CommandTimeout,
                        $"Meridian {_context.Name} test",
                        PostgresOpening.WriterSql,
                        token)
                    .ConfigureAwait(false);
                await using (connection.ConfigureAwait(false))
                {
                    var isComplete = await new TablesSetup(connection, _address, _readings).TestAsync(token)
                        .ConfigureAwait(false);
                    return await ServerFacts.ReadAsync(connection, _readings, isComplete, _context.Time, token)
                        .ConfigureAwait(false);
                }
            },
            cancellationToken).ConfigureAwait(false);

    [SuppressMessage(
        "Reliability",
        "CA2000:Dispose objects before losing scope",
        Justification = "The writer owns the connection.")]
    private async Task<bool> OpenWriterAsync(CancellationToken cancellationToken)
    {
        var connection = await PostgresOpening
            .OpenAsync(
                _settings,
                _settings.CommandTimeout,
                $"Meridian {_context.Name}",
                PostgresOpening.WriterSql,
                cancellationToken)
            .ConfigureAwait(false);

        // Held at once, so that disconnect closes it whatever happens next.
        _writer = new TableWriter(connection, _address, _readings, _layout, _buffer);
        var isMade = await new TablesSetup(connection, _address, _readings).EnsureAsync(cancellationToken)
            .ConfigureAwait(false);
        if (isMade)
        {
            LogTablesMade(_readings.Name, _address);
        }

        return isMade;
    }

    private List<Rejection>? FindRefused(ReadOnlySpan<Reading> readings)
    {
        List<Rejection>? refused = null;
        for (var i = 0; i < readings.Length; i++)
        {
            if (_layout.FindProblem(in readings[i]) is { } reason)
            {
                (refused ??= []).Add(new Rejection(i, reason));
            }
        }

        return refused;
    }

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
            throw PostgresFaults.From(exception, _address, _settings.CommandTimeout);
        }
    }

    private ConnectorException NotConnected() =>
        new(Fault.Unreachable, $"{_address}: not connected; connect comes first.");

    [LoggerMessage(EventIds.TablesMade, LogLevel.Information, "The tables of {Table} were made in {Server}.")]
    private partial void LogTablesMade(string table, PostgresAddress server);
}
