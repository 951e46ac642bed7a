using Meridian.Sdk.Faults;
using Npgsql;

namespace Meridian.Connectors.Postgres.South;

/// <summary>Tells what is a query's own fault from what is the connection's.</summary>
internal static class PostgresQueryFaults
{
    /// <summary>
    /// The classes of SQLSTATE that speak of the statement and its data: cardinality (21), data (22), read-only (25),
    /// name (3F, 42), unsupported (0A), too complex (54), a function's own word (P0). The rest is the connection's.
    /// </summary>
    public static ConnectorException From(Exception exception, PostgresAddress address, TimeSpan commandTimeout)
    {
        if (exception is not PostgresException refusal || HintOf(refusal.SqlState, address) is not { } hint)
        {
            return PostgresFaults.From(exception, address, commandTimeout);
        }

        var at = refusal.Position > 0
            ? FormattableString.Invariant($", at character {refusal.Position}")
            : string.Empty;
        return new ConnectorException(
            Fault.Misconfigured,
            $"PostgreSQL refuses the query: {refusal.MessageText.TrimEnd('.')} (SQLSTATE {refusal.SqlState}{at}). "
            + hint,
            refusal);
    }

    private static string? HintOf(string state, PostgresAddress address) => state switch
    {
        PostgresErrorCodes.InsufficientPrivilege => $"GRANT SELECT on it to user '{address.UserName}'.",
        PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn
            or PostgresErrorCodes.InvalidSchemaName => "Check the names in the item's query.",
        PostgresErrorCodes.UndefinedFunction =>
            "Check the names in the item's query, and the type of the column that is compared: timeType is that of the "
            + "time's column, and a sequence is a column of integer, bigint or numeric, no uuid and no text.",
        PostgresErrorCodes.QueryCanceled =>
            "It took longer than settings.commandTimeout: give the column of the time or the sequence an index, make "
            + "the South's history.maxInterval, csv.every or sequence.limit smaller, or raise the timeout.",
        PostgresErrorCodes.ReadOnlySqlTransaction => "A South only reads; let the query be a SELECT.",
        _ => state.Length >= 2 && state[..2] is "0A" or "21" or "22" or "25" or "42" or "54" or "P0"
            ? "Correct the item's query."
            : null,
    };
}
