using System.Net.Sockets;
using Meridian.Sdk.Faults;
using Npgsql;

namespace Meridian.Connectors.Postgres;

/// <summary>Says in the engine's words and in the user's what PostgreSQL and its driver report.</summary>
internal static class PostgresFaults
{
    /// <summary>
    /// Whether the server refuses a datum itself, so that a smaller batch can find it: wrong data (22), a constraint
    /// (23, 44), a row too large for an index (54000), or a trigger's own word (P0001). Wrong COPY bytes (22P03, 22P04)
    /// would be a table changed under us and must not send everything to quarantine.
    /// </summary>
    public static bool RefusesDatum(PostgresException refusal) => refusal.SqlState switch
    {
        PostgresErrorCodes.InvalidBinaryRepresentation or PostgresErrorCodes.BadCopyFileFormat => false,
        PostgresErrorCodes.ProgramLimitExceeded or PostgresErrorCodes.RaiseException => true,
        var state => Class(state) is "22" or "23" or "44",
    };

    /// <summary>
    /// Whether the table's shape or the rights may be the reason: whatever refuses a datum, and what speaks of names,
    /// types and rights (42, 3F, 0A).
    /// </summary>
    public static bool MayBeOfTables(PostgresException refusal) =>
        RefusesDatum(refusal) || Class(refusal.SqlState) is "22" or "42" or "3F" or "0A";

    /// <summary>The server's words on a refused datum, without the datum itself.</summary>
    public static string Reason(PostgresException refusal) =>
        $"PostgreSQL refuses it: {refusal.MessageText} (SQLSTATE {refusal.SqlState}"
        + (refusal.ConstraintName is null ? ")." : $", constraint {refusal.ConstraintName}).");

    /// <summary>
    /// Maps whatever the driver throws on a connection that stood; cancellation by our own token is the caller's.
    /// </summary>
    public static ConnectorException From(Exception exception, PostgresAddress address, TimeSpan commandTimeout) =>
        exception switch
        {
            ConnectorException fault => fault,
            PostgresException refusal => FromServer(refusal, address),
            TimeoutException or { InnerException: TimeoutException } => new ConnectorException(
                Fault.Unreachable,
                FormattableString.Invariant(
                    $"{address} did not answer for longer than {commandTimeout.TotalSeconds:0.###} s. ")
                + "Check the line to it and its load and locks, or raise settings.commandTimeout.",
                exception),
            { InnerException: EndOfStreamException } => new ConnectorException(
                Fault.Unreachable,
                $"{address} closed the connection in the middle of an answer. Check that the server runs.",
                exception),
            NpgsqlException or IOException or SocketException or ObjectDisposedException => new ConnectorException(
                Fault.Unreachable,
                $"The connection to {address} was lost: {Innermost(exception).Message.TrimEnd('.')}. Check that the "
                + "server runs, and the line to it.",
                exception),
            NotSupportedException => new ConnectorException(
                Fault.Malformed,
                $"{address} answers what is not understood: {exception.Message.TrimEnd('.')}. Is something between "
                + "here and the server that changes what passes?",
                exception),
            _ => new ConnectorException(Fault.Internal, $"{address}: {exception.Message}", exception),
        };

    /// <summary>Maps what the server itself says.</summary>
    public static ConnectorException FromServer(PostgresException refusal, PostgresAddress address)
    {
        var said = $"{address}: {refusal.MessageText.TrimEnd('.')} (SQLSTATE {refusal.SqlState}).";
        return (Class(refusal.SqlState), refusal.SqlState) switch
        {
            ("28", _) => new ConnectorException(
                Fault.Unauthorized, $"{said} Check settings.userName, settings.password and pg_hba.conf.", refusal),
            (_, PostgresErrorCodes.InsufficientPrivilege) => new ConnectorException(
                Fault.Unauthorized, $"{said} Grant user '{address.UserName}' the right.", refusal),
            ("3D", _) => new ConnectorException(
                Fault.Misconfigured, $"{said} Create the database or correct settings.database.", refusal),

            // Dropped while we ran: connecting again makes it again, so nobody needs to come.
            (_, PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName) => new ConnectorException(
                Fault.Misconfigured, isTransient: true, $"{said} Connecting again makes what is missing.", refusal),
            ("42" or "0A", _) or (_, PostgresErrorCodes.InvalidBinaryRepresentation
                or PostgresErrorCodes.BadCopyFileFormat) => new ConnectorException(
                Fault.Misconfigured,
                isTransient: true,
                $"{said} Check that the table has the columns of the README.",
                refusal),
            ("53", _) => new ConnectorException(
                Fault.Unreachable, $"{said} The server is short of disk, memory or connections.", refusal),
            ("25", _) => new ConnectorException(
                Fault.Unreachable, $"{said} Is this a standby? Let settings.host name the primary.", refusal),

            // 08 connection, 40 rollback, 55 locks, 57 shutdown and cancelled, 58 and XX the server's own trouble.
            ("08" or "40" or "55" or "57" or "58" or "XX", _) => new ConnectorException(
                Fault.Unreachable, $"{said} It is tried again.", refusal),
            _ => new ConnectorException(Fault.Internal, said, refusal),
        };
    }

    /// <summary>The first cause.</summary>
    public static Exception Innermost(Exception exception)
    {
        while (exception.InnerException is { } inner)
        {
            exception = inner;
        }

        return exception;
    }

    private static string Class(string sqlState) => sqlState.Length < 2 ? sqlState : sqlState[..2];
}
