using System.Data;
using Meridian.Connectors.Postgres.Copying;
using Meridian.Connectors.Postgres.North.Layouts;
using Meridian.Connectors.Postgres.North.Tables;
using Meridian.Sdk.Faults;
using Meridian.Sdk.North;
using Npgsql;

namespace Meridian.Connectors.Postgres.North;

/// <summary>
/// One connection's life: positions are read, batches are stored. Everything it throws is the driver's own; after any
/// exception but a refused datum it must be disposed. One call at a time.
/// </summary>
internal sealed class TableWriter(
    NpgsqlConnection connection,
    PostgresAddress address,
    ReadingsTable readings,
    IRowLayout layout,
    CopyBuffer buffer) : IAsyncDisposable
{
    private readonly CursorTable _cursor = new(connection, address, readings.Schema);
    private readonly TableChecks _checks = new(connection, address, readings);

    /// <summary>Reads every position of a North.</summary>
    public Task<IReadOnlyList<DeliveryPosition>> ReadPositionsAsync(
        string northId, CancellationToken cancellationToken) => _cursor.ReadAsync(northId, cancellationToken);

    /// <summary>Stores the rows and moves the position, both or neither.</summary>
    public async Task StoreAsync(ValuesBatch batch, CancellationToken cancellationToken)
    {
        byte[] token;
        var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken)
            .ConfigureAwait(false);
        await using (transaction.ConfigureAwait(false))
        {
            token = await _cursor.MoveAsync(batch.Cursor, cancellationToken).ConfigureAwait(false);
            await CopyAsync(batch, cancellationToken).ConfigureAwait(false);
            if (readings.IsMerged)
            {
                await MergeAsync(cancellationToken).ConfigureAwait(false);
            }

            // Not cancelled any more: it would only make unknown what is all but done. The command timeout bounds it.
            await transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false);
        }

        _cursor.Remember(batch.Cursor, token);
    }

    /// <summary>Looks again at the tables after a refusal: what does not fit any more is the reason, not a datum.
    /// </summary>
    /// <exception cref="ConnectorException">They do not fit any more or may not be written; transient.</exception>
    public async Task CheckAgainAsync(CancellationToken cancellationToken)
    {
        if (connection.State == ConnectionState.Open)
        {
            await _checks.CheckAgainAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => connection.DisposeAsync();

    private async Task CopyAsync(ValuesBatch batch, CancellationToken cancellationToken)
    {
        var copy = await connection.BeginRawBinaryCopyAsync(readings.CopySql, cancellationToken).ConfigureAwait(false);
        try
        {
            await WriteAsync(copy, batch, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            // Disposing the copy would end it as complete. The connection is given up instead, and with it the
            // transaction: whatever failed here, it was the connection or the gateway is stopping.
            await connection.CloseAsync().ConfigureAwait(false);
            throw;
        }

        // Ends the copy and hears what the server says to it.
        await copy.DisposeAsync().ConfigureAwait(false);
    }

    private async Task MergeAsync(CancellationToken cancellationToken)
    {
        using (var merge = TableChecks.Command(connection, readings.MergeSql))
        {
            await merge.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }

        // Other than COPY, this converts without a word: to real, or to a shorter number. Having written to the table
        // we hold it as it is until the commit.
        await _checks.CheckColumnsAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task WriteAsync(Stream copy, ValuesBatch batch, CancellationToken cancellationToken)
    {
        buffer.Clear();
        buffer.WriteHeader();
        var count = layout.Begin(batch);
        for (var next = 0; next < count;)
        {
            next = layout.Write(buffer, batch, next);
            if (buffer.IsFull)
            {
                await copy.WriteAsync(buffer.Written, cancellationToken).ConfigureAwait(false);
                buffer.Clear();
            }
        }

        buffer.Reserve(2);
        buffer.WriteTrailer();
        await copy.WriteAsync(buffer.Written, cancellationToken).ConfigureAwait(false);
    }
}
