using Meridian.Connectors.Postgres.Naming;
using Meridian.Sdk.Faults;
using Npgsql;

namespace Meridian.Connectors.Postgres.North.Tables;

/// <summary>Makes the two tables when they are missing, in one transaction.</summary>
internal sealed class TablesSetup(NpgsqlConnection connection, PostgresAddress address, ReadingsTable readings)
{
    private const string MayCreateSql =
        """
        SELECT COALESCE((SELECT has_schema_privilege(oid, 'USAGE') AND has_schema_privilege(oid, 'CREATE')
                         FROM pg_namespace WHERE nspname = $1),
                        has_database_privilege(current_database(), 'CREATE'))
        """;

    private readonly TableChecks _checks = new(connection, address, readings);
    private readonly Hypertable _hypertable = new(connection, address, readings);

    /// <summary>Makes what is missing, checks everything and makes the session ready to store.</summary>
    /// <returns>Whether a table was made.</returns>
    /// <exception cref="ConnectorException">The tables do not fit or may not be written, in words.</exception>
    public async Task<bool> EnsureAsync(CancellationToken cancellationToken)
    {
        var hypertableSql = readings.IsHypertable
            ? await _hypertable.FindAsync(cancellationToken).ConfigureAwait(false)
            : null;
        var found = await _checks.FindAsync(cancellationToken).ConfigureAwait(false);
        var isComplete = found.IsComplete;
        if (!isComplete)
        {
            found = await CreateAsync(cancellationToken).ConfigureAwait(false);
        }

        await _checks.CheckAsync(found, cancellationToken).ConfigureAwait(false);
        if (hypertableSql is not null)
        {
            await _hypertable.EnsureAsync(hypertableSql, cancellationToken).ConfigureAwait(false);
        }

        if (readings.IsMerged)
        {
            using var command = Command(readings.CreateStagedSql);
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }

        return !isComplete;
    }

    /// <summary>Changes nothing: checks what stands, and whether the missing could be made.</summary>
    /// <returns>Whether both tables stand.</returns>
    /// <exception cref="ConnectorException">The tables do not fit, or may not be written or made, in words.</exception>
    public async Task<bool> TestAsync(CancellationToken cancellationToken)
    {
        if (readings.IsHypertable)
        {
            _ = await _hypertable.FindAsync(cancellationToken).ConfigureAwait(false);
        }

        var found = await _checks.FindAsync(cancellationToken).ConfigureAwait(false);
        if (found.IsComplete)
        {
            await _checks.CheckAsync(found, cancellationToken).ConfigureAwait(false);
            return true;
        }

        using var command = Command(MayCreateSql, readings.Schema);
        if (await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is not true)
        {
            throw MayNotCreate(innerException: null);
        }

        return false;
    }

    private async Task<TablesFound> CreateAsync(CancellationToken cancellationToken)
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

                var found = await _checks.FindAsync(cancellationToken).ConfigureAwait(false);
                await CreateMissingAsync(found, cancellationToken).ConfigureAwait(false);
                found = await _checks.FindAsync(cancellationToken).ConfigureAwait(false);
                await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
                return found;
            }
        }
        catch (PostgresException refusal) when (refusal.SqlState is PostgresErrorCodes.InsufficientPrivilege)
        {
            throw MayNotCreate(refusal);
        }
    }

    private async Task CreateMissingAsync(TablesFound found, CancellationToken cancellationToken)
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

    private ConnectorException MayNotCreate(Exception? innerException) => new(
        Fault.Unauthorized,
        $"{address}: the user may not make the tables in schema '{readings.Schema}'. Let an owner run: "
        + $"GRANT USAGE, CREATE ON SCHEMA {SqlName.Quote(readings.Schema)} TO "
        + $"{SqlName.Quote(address.UserName)}; or make the tables as the README shows.",
        innerException);

    private NpgsqlCommand Command(string sql, params ReadOnlySpan<string> parameters) =>
        TableChecks.Command(connection, sql, parameters);
}
