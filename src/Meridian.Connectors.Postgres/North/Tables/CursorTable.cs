using System.Diagnostics.CodeAnalysis;
using Meridian.Connectors.Postgres.Naming;
using Meridian.Sdk.Faults;
using Meridian.Sdk.North;
using Npgsql;
using NpgsqlTypes;

namespace Meridian.Connectors.Postgres.North.Tables;

/// <summary>
/// Where the positions are kept, beside the readings and moved in the same transaction. A move is a compare and swap
/// against what this writer read or wrote last, and it is the first statement of the transaction: it locks the row, so
/// a second writer waits, finds another token and stores nothing. One thread at a time.
/// </summary>
[SuppressMessage(
    "Security",
    "CA2100:Review SQL queries for security vulnerabilities",
    Justification = "The table's name is quoted by SqlName; everything else is a parameter.")]
internal sealed class CursorTable(NpgsqlConnection connection, PostgresAddress address, string schema)
{
    /// <summary>The table's name, in the schema of the readings.</summary>
    public const string TableName = "meridian_cursor";

    private readonly string _name = $"{SqlName.Quote(schema)}.{SqlName.Quote(TableName)}";
    private readonly Dictionary<(string NorthId, Guid JournalId), byte[]> _known = [];
    private readonly HashSet<string> _read = new(StringComparer.Ordinal);

    /// <summary>The statement that makes the table.</summary>
    public string CreateSql =>
        $"""
        CREATE TABLE {_name} (
            north   text        NOT NULL,
            journal uuid        NOT NULL,
            token   bytea       NOT NULL,
            updated timestamptz NOT NULL,
            PRIMARY KEY (north, journal))
        """;

    /// <summary>Reads every position of a North and remembers it as what a move must find.</summary>
    public async Task<IReadOnlyList<DeliveryPosition>> ReadAsync(string northId, CancellationToken cancellationToken)
    {
        // FOR UPDATE waits for a commit of our own whose outcome we never heard, so that what is read is its outcome.
        using var command = new NpgsqlCommand(
            $"SELECT journal, token FROM {_name} WHERE north = $1 FOR UPDATE", connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = northId });

        var positions = new List<DeliveryPosition>();
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                var journalId = reader.GetGuid(0);
                var token = await reader.GetFieldValueAsync<byte[]>(1, cancellationToken).ConfigureAwait(false);
                _known[(northId, journalId)] = token;
                positions.Add(new DeliveryPosition(journalId, northId, token));
            }
        }

        _read.Add(northId);
        return positions;
    }

    /// <summary>
    /// Moves a position within the transaction that is open, or finds that another writer did.
    /// </summary>
    /// <returns>The token as it is kept; hand it to <see cref="Remember"/> once the transaction is committed.</returns>
    /// <exception cref="ConnectorException">Another writer moved it; transient.</exception>
    public async Task<byte[]> MoveAsync(DeliveryPosition to, CancellationToken cancellationToken)
    {
        if (!_read.Contains(to.NorthId))
        {
            await ReadAsync(to.NorthId, cancellationToken).ConfigureAwait(false);
        }

        var isKnown = _known.TryGetValue((to.NorthId, to.JournalId), out var from);
        var token = to.Token.ToArray();
        var sql = isKnown
            ? $"UPDATE {_name} SET token = $3, updated = now() WHERE north = $1 AND journal = $2 AND token = $4"
            : $"INSERT INTO {_name} (north, journal, token, updated) VALUES ($1, $2, $3, now()) ON CONFLICT DO NOTHING";
        using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = to.NorthId });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = to.JournalId });
        command.Parameters.Add(Bytes(token));
        if (from is not null)
        {
            command.Parameters.Add(Bytes(from));
        }

        return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false) == 1
            ? token
            : throw new ConnectorException(
                Fault.Misconfigured,
                isTransient: true,
                $"{address}: another writer has moved the position of North '{to.NorthId}' in {_name} since this one "
                + "read it. If a second gateway runs on a copy of this one's data folder, stop it; connecting again "
                + "goes on from where the position stands now.");
    }

    /// <summary>The transaction that moved it is committed.</summary>
    public void Remember(DeliveryPosition position, byte[] token) =>
        _known[(position.NorthId, position.JournalId)] = token;

    private static NpgsqlParameter<byte[]> Bytes(byte[] value) =>
        new() { TypedValue = value, NpgsqlDbType = NpgsqlDbType.Bytea };
}
