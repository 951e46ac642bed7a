using Meridian.Connectors.Sqlite.South;
using Meridian.Sdk.Faults;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Meridian.Connectors.Sqlite;

/// <summary>Says in the engine's words and in the user's what SQLite reports.</summary>
internal static class SqliteFaults
{
    /// <summary>Maps whatever the driver throws; cancellation by our own token is the caller's.</summary>
    public static ConnectorException From(Exception exception, string file) => exception switch
    {
        ConnectorException fault => fault,
        SqliteException refusal => FromLibrary(refusal, file),
        UnauthorizedAccessException => NotReadable(file, exception),
        IOException => new ConnectorException(
            Fault.Unreachable, $"The file '{file}' cannot be read: {exception.Message}", exception),
        _ => new ConnectorException(Fault.Internal, $"SQLite file '{file}': {exception.Message}", exception),
    };

    /// <summary>The file is not there.</summary>
    public static ConnectorException Missing(string file) => new(
        Fault.Unreachable,
        $"There is no file '{file}'. Check settings.file and whether its disk or share is mounted; it is never made.");

    /// <summary>A folder stands in its place; transient, for it may be the place where a share is mounted.</summary>
    public static ConnectorException IsFolder(string file) => new(
        Fault.Misconfigured,
        isTransient: true,
        $"'{file}' is a folder. Let settings.file name the database file itself.");

    /// <summary>Opening it does not come to an end.</summary>
    public static ConnectorException Hangs(SqliteSouthSettings settings, Exception cause) => new(
        Fault.Unreachable,
        FormattableString.Invariant(
            $"The file '{settings.File}' was not opened within {settings.CommandTimeout.TotalSeconds:0.###} s ")
        + "(settings.commandTimeout): its disk or share does not answer. Check the share's server and the network; it "
        + "is tried again.",
        cause);

    /// <summary>A call to it does not come to an end, though it was told to.</summary>
    public static ConnectorException Hangs(SqliteSouthSettings settings) => new(
        Fault.Unreachable,
        FormattableString.Invariant(
            $"The file '{settings.File}' did not answer within {settings.CommandTimeout.TotalSeconds:0.###} s ")
        + "(settings.commandTimeout), and the query could not be ended: its disk or share does not answer. Check the "
        + "share's server and the network; it is tried again once the call has come back.");

    /// <summary>An earlier call to it has not come back.</summary>
    public static ConnectorException StillHangs(string file, DateTimeOffset since, Exception cause) => new(
        Fault.Unreachable,
        FormattableString.Invariant(
            $"The file '{file}' has not answered since {since:u}: a call to its disk or share has not come back, and ")
        + "until then no other is begun. Check the share's server and the network; it is tried again. Where the share "
        + "was mounted anew meanwhile, start the gateway again.",
        cause);

    /// <summary>It took too long.</summary>
    public static ConnectorException TooSlow() => new(
        Fault.Misconfigured,
        "The query took longer than settings.commandTimeout: give the column of the time or the sequence an index, "
        + "make the South's history.maxInterval, csv.every or sequence.limit smaller, or raise the timeout.");

    private static ConnectorException FromLibrary(SqliteException refusal, string file) =>
        refusal.SqliteErrorCode switch
        {
            raw.SQLITE_BUSY or raw.SQLITE_LOCKED => new ConnectorException(
                Fault.Unreachable,
                $"The file '{file}' is locked by another program; it is tried again. Let its writer keep transactions "
                + "short, or use WAL.",
                refusal),
            raw.SQLITE_NOTADB => new ConnectorException(
                Fault.Malformed,
                $"The file '{file}' is no SQLite database, or it is encrypted. Check settings.file.",
                refusal),
            raw.SQLITE_CORRUPT => new ConnectorException(
                Fault.Malformed,
                $"The file '{file}' is damaged ({refusal.Message}). Restore it, or try its writer's "
                + "PRAGMA integrity_check; it is tried again.",
                refusal),
            raw.SQLITE_CANTOPEN => new ConnectorException(
                Fault.Unreachable,
                $"The file '{file}' cannot be opened. Check that the gateway's user may read it and, for a database "
                + "with WAL, may write to its folder or its writer runs.",
                refusal),
            raw.SQLITE_PERM or raw.SQLITE_AUTH => NotReadable(file, refusal),
            raw.SQLITE_IOERR or raw.SQLITE_FULL or raw.SQLITE_NOMEM or raw.SQLITE_PROTOCOL or raw.SQLITE_SCHEMA =>
                new ConnectorException(
                    Fault.Unreachable,
                    $"The file '{file}' cannot be read: {refusal.Message} It is tried again.",
                    refusal),
            raw.SQLITE_READONLY => new ConnectorException(
                Fault.Misconfigured, "SQLite refuses the query: a South only reads; let it be a SELECT.", refusal),
            raw.SQLITE_INTERRUPT => TooSlow(),
            _ => new ConnectorException(
                Fault.Misconfigured,
                $"SQLite refuses the query: {refusal.Message} Correct the item's query.",
                refusal),
        };

    private static ConnectorException NotReadable(string file, Exception cause) => new(
        Fault.Unauthorized, $"The gateway's user may not read the file '{file}'. Give it the right.", cause);
}
