using Meridian.Sdk.Faults;
using Npgsql;

namespace Meridian.Connectors.Postgres.North;

/// <summary>Makes the two tables when they are missing and checks them when they are not.</summary>
internal sealed class TablesSetup(NpgsqlConnection connection, PostgresAddress address, ReadingsTable readings)
{
    private const string ColumnsSql =
        """
        SELECT c.relname, a.attname, format_type(a.atttypid, NULL),
               a.attnotnull AND NOT a.atthasdef AND a.attidentity = ''
        FROM pg_class c
        JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        WHERE n.nspname = $1 AND c.relname IN ($2, $3)
        """;

    private const string RightsSql =
        """
        SELECT has_schema_privilege(n.oid, 'USAGE'),
               bool_or(c.relname = $2 AND has_table_privilege(c.oid, 'INSERT')),
               bool_or(c.relname = $3 AND has_table_privilege(c.oid, 'SELECT')
                       AND has_table_privilege(c.oid, 'INSERT') AND has_table_privilege(c.oid, 'UPDATE'))
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = $1 AND c.relname IN ($2, $3)
        GROUP BY n.oid
        """;

    private const string MayCreateSql =
        """
        SELECT COALESCE((SELECT has_schema_privilege(oid, 'USAGE') AND has_schema_privilege(oid, 'CREATE')
                         FROM pg_namespace WHERE nspname = $1),
                        has_database_privilege(current_database(), 'CREATE'))
        """;

    /// <summary>Makes what is missing, then checks everything.</summary>
    /// <returns>Whether a table was made.</returns>
    /// <exception cref="ConnectorException">The tables do not fit or may not be written, in words.</exception>
    public async Task<bool> EnsureAsync(CancellationToken cancellationToken)
    {
        var found = await FindAsync(cancellationToken).ConfigureAwait(false);
        var isComplete = found.IsComplete;
        if (!isComplete)
        {
            found = await CreateAsync(cancellationToken).ConfigureAwait(false);
        }

        await CheckAsync(found, cancellationToken).ConfigureAwait(false);
        return !isComplete;
    }

    /// <summary>Changes nothing: checks what stands, and whether the missing could be made.</summary>
    /// <returns>Whether both tables stand.</returns>
    /// <exception cref="ConnectorException">The tables do not fit, or may not be written or made, in words.</exception>
    public async Task<bool> TestAsync(CancellationToken cancellationToken)
    {
        var found = await FindAsync(cancellationToken).ConfigureAwait(false);
        if (found.IsComplete)
        {
            await CheckAsync(found, cancellationToken).ConfigureAwait(false);
            return true;
        }

        using var command = Command(MayCreateSql, readings.Schema);
        if (await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is not true)
        {
            throw MayNotCreate(innerException: null);
        }

        return false;
    }

    private async Task<Found> FindAsync(CancellationToken cancellationToken)
    {
        var found = new Found([], HasCursor: false);
        using var command = Command(ColumnsSql, readings.Schema, readings.Table, CursorTable.TableName);
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
                    found.Columns.Add(new ColumnFound(reader.GetString(1), reader.GetString(2), reader.GetBoolean(3)));
                }
            }
        }

        return found;
    }

    private async Task<Found> CreateAsync(CancellationToken cancellationToken)
    {
        try
        {
            var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
            await using (transaction.ConfigureAwait(false))
            {
                // Two gateways may connect at once: the second waits here and then finds the tables.
                using (var gate = Command(
                    "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", $"meridian {readings.Schema}"))
                {
                    await gate.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
                }

                var found = await FindAsync(cancellationToken).ConfigureAwait(false);
                await CreateMissingAsync(found, cancellationToken).ConfigureAwait(false);
                found = await FindAsync(cancellationToken).ConfigureAwait(false);
                await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
                return found;
            }
        }
        catch (PostgresException refusal) when (refusal.SqlState is PostgresErrorCodes.InsufficientPrivilege)
        {
            throw MayNotCreate(refusal);
        }
    }

    private async Task CreateMissingAsync(Found found, CancellationToken cancellationToken)
    {
        // The schema is asked for first: CREATE … IF NOT EXISTS demands rights even where there is nothing to do.
        using var hasSchema = Command("SELECT to_regnamespace(quote_ident($1)) IS NOT NULL", readings.Schema);
        var statements = new List<string>();
        if (await hasSchema.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is not true)
        {
            statements.Add(readings.CreateSchemaSql);
        }

        if (found.Columns.Count == 0)
        {
            statements.Add(readings.CreateSql);
        }

        if (!found.HasCursor)
        {
            statements.Add(new CursorTable(connection, address, readings.Schema).CreateSql);
        }

        foreach (var statement in statements)
        {
            using var command = Command(statement);
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task CheckAsync(Found found, CancellationToken cancellationToken)
    {
        var misfits = ReadingsTable.FindMisfits(found.Columns).ToList();
        if (misfits.Count > 0)
        {
            throw new ConnectorException(
                Fault.Misconfigured,
                $"{address}: table {readings.Name} does not fit. {string.Join(' ', misfits)} Alter the table, or let "
                + "settings.table name another: a missing one is made.");
        }

        using var command = Command(RightsSql, readings.Schema, readings.Table, CursorTable.TableName);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (!reader.GetBoolean(0) || !reader.GetBoolean(1) || !reader.GetBoolean(2))
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
            var (schema, user) = (Naming.SqlName.Quote(readings.Schema), Naming.SqlName.Quote(address.UserName));
            return $"GRANT USAGE ON SCHEMA {schema} TO {user}; GRANT INSERT ON {readings.Name} TO {user}; "
                + $"GRANT SELECT, INSERT, UPDATE ON {schema}.{Naming.SqlName.Quote(CursorTable.TableName)} TO {user};";
        }
    }

    private ConnectorException MayNotCreate(Exception? innerException) => new(
        Fault.Unauthorized,
        $"{address}: the user may not make the tables in schema '{readings.Schema}'. Let an owner run: "
        + $"GRANT USAGE, CREATE ON SCHEMA {Naming.SqlName.Quote(readings.Schema)} TO "
        + $"{Naming.SqlName.Quote(address.UserName)}; or make the tables as the README shows.",
        innerException);

    [System.Diagnostics.CodeAnalysis.SuppressMessage(
        "Security",
        "CA2100:Review SQL queries for security vulnerabilities",
        Justification = "Names are quoted by SqlName; everything else is a parameter.")]
    private NpgsqlCommand Command(string sql, params ReadOnlySpan<string> parameters)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = parameter });
        }

        return command;
    }

    private sealed record Found(List<ColumnFound> Columns, bool HasCursor)
    {
        public bool IsComplete => HasCursor && Columns.Count > 0;
    }
}
