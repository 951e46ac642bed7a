using Meridian.Connectors.Postgres.Naming;
using Meridian.Sdk.Faults;
using Npgsql;

namespace Meridian.Connectors.Postgres.North.Tables;

/// <summary>
/// Makes the table a hypertable of TimescaleDB, partitioned by its time, where the extension is there.
/// </summary>
internal sealed class Hypertable(NpgsqlConnection connection, PostgresAddress address, ReadingsTable readings)
{
    // The extension may be in any schema; a function of the same name that is not its own comes last.
    private const string FunctionSql =
        """
        SELECT n.nspname::text
        FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
        WHERE p.proname = 'create_hypertable' AND 'if_not_exists' = ANY (p.proargnames)
        ORDER BY EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e') DESC, 1
        LIMIT 1
        """;

    /// <summary>Finds the function that makes hypertables, before anything is made.</summary>
    /// <returns>The statement to run.</returns>
    /// <exception cref="ConnectorException">There is none; transient.</exception>
    public async Task<string> FindAsync(CancellationToken cancellationToken)
    {
        using var command = TableChecks.Command(connection, FunctionSql);
        if (await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is not string schema)
        {
            throw new ConnectorException(
                Fault.Misconfigured,
                isTransient: true,
                $"{address}: settings.hypertable is set, and database '{address.Database}' has no TimescaleDB (no "
                + "function create_hypertable). Let an administrator run CREATE EXTENSION timescaledb; or leave "
                + "settings.hypertable out.");
        }

        // The types are said because the newer form of the function takes a dimension in place of the name.
        var literal = readings.Name.Replace("'", "''", StringComparison.Ordinal);
        return $"SELECT FROM {SqlName.Quote(schema)}.create_hypertable("
            + $"'{literal}'::regclass, 'time'::name, if_not_exists => true)";
    }

    /// <summary>Makes it one, or finds that it is one already.</summary>
    /// <exception cref="ConnectorException">It cannot be one, in words; transient.</exception>
    public async Task EnsureAsync(string sql, CancellationToken cancellationToken)
    {
        try
        {
            using var command = TableChecks.Command(connection, sql);
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException refusal) when (refusal.SqlState is PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new ConnectorException(
                Fault.Unauthorized,
                $"{address}: only the owner of {readings.Name} can make it a hypertable: {Words(refusal)} "
                + "Let the owner "
                + $"run: {sql}; and leave settings.hypertable out: a table that is one already needs no setting.",
                refusal);
        }
        catch (PostgresException refusal) when (!IsOfConnection(refusal))
        {
            throw new ConnectorException(
                Fault.Misconfigured,
                isTransient: true,
                $"{address}: {readings.Name} cannot be made a hypertable: {Words(refusal)} A table that has rows "
                + "already is not converted here: let its owner run create_hypertable with "
                + "migrate_data => true, or let "
                + "settings.table name a new one.",
                refusal);
        }
    }

    private static string Words(PostgresException refusal) =>
        $"{refusal.MessageText.TrimEnd('.')} (SQLSTATE {refusal.SqlState}).";

    private static bool IsOfConnection(PostgresException refusal) =>
        refusal.SqlState.Length < 2 || refusal.SqlState[..2] is "08" or "25" or "40" or "53" or "55" or "57" or "58";
}
