using System.Data;
using Meridian.Connectors.Postgres.Copying;
using Meridian.Sdk.North;
using Npgsql;

namespace Meridian.Connectors.Postgres.North;

/// <summary>
/// One connection's life: positions are read, batches are stored. Everything it throws is the driver's own; after any
/// exception but a refused datum it must be disposed. One call at a time.
/// </summary>
internal sealed class TableWriter(
    NpgsqlConnection connection, PostgresAddress address, ReadingsTable readings, CopyBuffer buffer) : IAsyncDisposable
{
    private readonly CursorTable _cursor = new(connection, address, readings.Schema);

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

            // Not cancelled any more: it would only make unknown what is all but done. The command timeout bounds it.
            await transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false);
        }

        _cursor.Remember(batch.Cursor, token);
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

    private async Task WriteAsync(Stream copy, ValuesBatch batch, CancellationToken cancellationToken)
    {
        buffer.Clear();
        buffer.WriteHeader();
        for (var next = 0; next < batch.Readings.Length;)
        {
            next = Fill(batch, next);
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

    private int Fill(ValuesBatch batch, int next)
    {
        var rows = batch.Readings.Span;
        var positions = batch.Positions.Span;
        while (next < rows.Length && !buffer.IsFull)
        {
            ReadingRows.Write(buffer, in rows[next], positions[next], batch.JournalId);
            next++;
        }

        return next;
    }
}
