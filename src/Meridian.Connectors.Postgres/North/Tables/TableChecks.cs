using System.Diagnostics.CodeAnalysis;
using Meridian.Connectors.Postgres.Naming;
using Meridian.Sdk.Faults;
using Npgsql;
using NpgsqlTypes;

namespace Meridian.Connectors.Postgres.North.Tables;

/// <summary>
/// Looks at the two tables and says what does not fit, with the statement that mends it. What it says is transient: the
/// database is mended without a change here, and nothing is thrown away meanwhile.
/// </summary>
internal sealed class TableChecks(NpgsqlConnection connection, PostgresAddress address, ReadingsTable readings)
{
    private const string ColumnsSql =
        """
        SELECT c.relname, a.attname, format_type(a.atttypid, NULL), a.attnotnull, a.atthasdef OR a.attidentity <> ''
        FROM pg_class c
        JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        WHERE n.nspname = $1 AND c.relname IN ($2, $3)
        """;

    // An index by which ON CONFLICT can find a row: unique at once, of all rows, of these very columns.
    private const string UniqueSql =
        """
        SELECT EXISTS (
            SELECT FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = $1 AND c.relname = $2 AND i.indisunique AND i.indisvalid AND i.indimmediate
              AND i.indpred IS NULL AND i.indexprs IS NULL
              AND $3 = (SELECT array_agg(a.attname::text ORDER BY a.attname)
                        FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS k (number, rank)
                        JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number
                        WHERE k.rank <= i.indnkeyatts))
        """;

    private const string RightsSql =
        """
        SELECT has_schema_privilege(n.oid, 'USAGE'),
               bool_or(c.relname = $2 AND has_table_privilege(c.oid, 'INSERT')),
               bool_or(c.relname = $2 AND has_table_privilege(c.oid, 'SELECT')
                       AND has_table_privilege(c.oid, 'UPDATE')),
               has_database_privilege(current_database(), 'TEMP'),
               bool_or(c.relname = $3 AND has_table_privilege(c.oid, 'SELECT')
                       AND has_table_privilege(c.oid, 'INSERT') AND has_table_privilege(c.oid, 'UPDATE'))
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = $1 AND c.relname IN ($2, $3)
        GROUP BY n.oid
        """;

    /// <summary>Looks what is there.</summary>
    public async Task<TablesFound> FindAsync(CancellationToken cancellationToken)
    {
        var found = new TablesFound([], HasCursor: false);
        using var command = Command(connection, ColumnsSql, readings.Schema, readings.Table, CursorTable.TableName);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                if (string.Equals(reader.GetString(0), CursorTable.TableName, StringComparison.Ordinal))
                {
                    found = found with { HasCursor = true };
                }
                else
                {
                    found.Columns.Add(new ColumnFound(
                        reader.GetString(1), reader.GetString(2), reader.GetBoolean(3), reader.GetBoolean(4)));
                }
            }
        }

        return found;
    }

    /// <summary>Looks again at tables that stood: a table that is gone is made again by connecting.</summary>
    /// <exception cref="ConnectorException">They do not fit or may not be written, in words; transient.</exception>
    public async Task CheckAgainAsync(CancellationToken cancellationToken)
    {
        var found = await FindAsync(cancellationToken).ConfigureAwait(false);
        if (!found.IsComplete)
        {
            var missing = found.HasCursor ? readings.Table : CursorTable.TableName;
            throw new ConnectorException(
                Fault.Misconfigured,
                isTransient: true,
                $"{address}: table '{missing}' of schema '{readings.Schema}' is gone. Connecting again makes it.");
        }

        await CheckAsync(found, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Checks columns, index and rights.</summary>
    /// <exception cref="ConnectorException">They do not fit or may not be written, in words; transient.</exception>
    public async Task CheckAsync(TablesFound found, CancellationToken cancellationToken)
    {
        var misfits = readings.FindMisfits(found.Columns).ToList();
        if (misfits.Count == 0 && readings.IsMerged && !await HasUniqueIndexAsync(cancellationToken)
                .ConfigureAwait(false))
        {
            misfits.Add(readings.NoUniqueIndex);
        }

        ThrowIfAny(misfits);
        await CheckRightsAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Checks the columns alone, within the transaction that wrote to them and so holds them as they are.
    /// </summary>
    /// <exception cref="ConnectorException">They do not fit, in words; transient.</exception>
    public async Task CheckColumnsAsync(CancellationToken cancellationToken)
    {
        var found = await FindAsync(cancellationToken).ConfigureAwait(false);
        ThrowIfAny([.. readings.FindMisfits(found.Columns)]);
    }

    /// <summary>Makes a command.</summary>
    [SuppressMessage(
        "Security",
        "CA2100:Review SQL queries for security vulnerabilities",
        Justification = "Names are quoted by SqlName; everything else is a parameter.")]
    public static NpgsqlCommand Command(
        NpgsqlConnection connection, string sql, params ReadOnlySpan<string> parameters)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = parameter });
        }

        return command;
    }

    private void ThrowIfAny(List<Misfit> misfits)
    {
        if (misfits.Count > 0)
        {
            throw new ConnectorException(
                Fault.Misconfigured,
                isTransient: true,
                $"{address}: table {readings.Name} does not fit. "
                + $"{string.Join(' ', misfits.Select(static one => one.Sentence))} Let its owner run: "
                + $"{string.Join(' ', misfits.Select(static one => one.MendSql))} Or let settings.table name another: "
                + "a missing one is made.");
        }
    }

    private async Task<bool> HasUniqueIndexAsync(CancellationToken cancellationToken)
    {
        using var command = Command(connection, UniqueSql, readings.Schema, readings.Table);
        command.Parameters.Add(new NpgsqlParameter<string[]>
        {
            TypedValue = readings.UniqueColumns,
            NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text,
        });
        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is true;
    }

    private async Task CheckRightsAsync(CancellationToken cancellationToken)
    {
        using var command = Command(connection, RightsSql, readings.Schema, readings.Table, CursorTable.TableName);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            var mayMerge = !readings.IsMerged || (reader.GetBoolean(2) && reader.GetBoolean(3));
            if (!reader.GetBoolean(0) || !reader.GetBoolean(1) || !reader.GetBoolean(4) || !mayMerge)
            {
                throw new ConnectorException(
                    Fault.Unauthorized,
                    $"{address}: the user may not write. Let an owner run: {GrantSql}");
            }
        }
    }

    private string GrantSql
    {
        get
        {
            var (schema, user) = (SqlName.Quote(readings.Schema), SqlName.Quote(address.UserName));
            return $"GRANT USAGE ON SCHEMA {schema} TO {user}; "
                + $"GRANT {(readings.IsMerged ? "SELECT, INSERT, UPDATE" : "INSERT")} ON {readings.Name} TO {user}; "
                + (readings.IsMerged
                    ? $"GRANT TEMPORARY ON DATABASE {SqlName.Quote(address.Database)} TO {user}; "
                    : string.Empty)
                + $"GRANT SELECT, INSERT, UPDATE ON {schema}.{SqlName.Quote(CursorTable.TableName)} TO {user};";
        }
    }
}

/// <summary>What stands of the two tables.</summary>
internal sealed record TablesFound(List<ColumnFound> Columns, bool HasCursor)
{
    /// <summary>Whether both stand.</summary>
    public bool IsComplete => HasCursor && Columns.Count > 0;
}
