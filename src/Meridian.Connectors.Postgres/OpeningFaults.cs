using System.Net.Sockets;
using System.Security.Authentication;
using Meridian.Sdk.Faults;
using Npgsql;

namespace Meridian.Connectors.Postgres;

/// <summary>Says in the engine's words and in the user's what keeps a connection from being opened.</summary>
internal static class OpeningFaults
{
    /// <summary>Maps whatever the driver throws; cancellation by our own token is the caller's.</summary>
    /// <param name="exception">What it threw.</param>
    /// <param name="settings">How the server is reached.</param>
    /// <param name="certificateProblem">What was wrong with the server's certificate; null when nothing was.</param>
    public static ConnectorException From(
        Exception exception, PostgresConnectionSettings settings, string? certificateProblem)
    {
        var server = settings.Server;
        return exception switch
        {
            ConnectorException fault => fault,
            PostgresException refusal => PostgresFaults.FromServer(refusal, server),
            _ when certificateProblem is not null => new ConnectorException(
                Fault.Unauthorized, $"{server}: the encrypted connection failed: {certificateProblem}.", exception),
            TimeoutException or { InnerException: TimeoutException } => new ConnectorException(
                Fault.Unreachable,
                FormattableString.Invariant(
                    $"{server} took no connection within {settings.ConnectTimeout.TotalSeconds:0.###} s. ")
                + "Check settings.host and settings.port, firewalls on the way and the server's load, or raise "
                + "settings.connectTimeout.",
                exception),
            { InnerException: AuthenticationException tls } => new ConnectorException(
                Fault.Unauthorized,
                $"{server}: the encrypted connection failed: {tls.Message.TrimEnd('.')}. Check the TLS versions of the "
                + "server, and settings.tls.",
                exception),
            _ when AuthenticationMethod.FindUnspoken(exception) is { } method => new ConnectorException(
                Fault.Unauthorized,
                $"{server} asks this user to authenticate by {method}, which is not spoken here. Let the line of "
                + "pg_hba.conf that applies to it say scram-sha-256, and set settings.password.",
                exception),
            NotSupportedException => NoPostgres(server, exception),
            NpgsqlException { InnerException: null } => OfDriver(exception, settings),
            _ when PostgresFaults.Innermost(exception) is SocketException socket => OfSocket(socket, settings),
            NpgsqlException or IOException or ObjectDisposedException => new ConnectorException(
                Fault.Unreachable,
                $"{server} closed the connection before it stood: "
                + $"{PostgresFaults.Innermost(exception).Message.TrimEnd('.')}. Check that the server runs and that "
                + "settings.port is PostgreSQL's.",
                exception),
            _ => new ConnectorException(Fault.Internal, $"{server}: {exception.Message}", exception),
        };
    }

    private static ConnectorException OfSocket(SocketException socket, PostgresConnectionSettings settings)
    {
        var server = settings.Server;
        return new ConnectorException(
            Fault.Unreachable,
            socket.SocketErrorCode switch
            {
                SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain =>
                    $"{server} cannot be reached: the name '{settings.Host}' is not known "
                    + $"({socket.Message.TrimEnd('.')}). Check settings.host and this machine's DNS.",
                SocketError.ConnectionRefused =>
                    $"{server} refused the connection: nothing listens on that port. Check that the server runs, that "
                    + "it listens on that address (listen_addresses), and settings.port.",
                SocketError.HostUnreachable or SocketError.NetworkUnreachable =>
                    $"There is no way from here to {server}. Check settings.host, network, gateway and firewall.",
                SocketError.ConnectionReset or SocketError.ConnectionAborted =>
                    $"{server} broke off the connection before it stood. Check that the server runs and that "
                    + "settings.port is PostgreSQL's.",
                _ => $"{server} cannot be reached: {socket.Message.TrimEnd('.')}. Check that the server runs and that "
                    + "settings.host and settings.port are right.",
            },
            socket);
    }

    /// <summary>
    /// What the driver itself finds has no type to tell it by: only its words tell which advice helps. All are tried
    /// again, whatever they are.
    /// </summary>
    private static ConnectorException OfDriver(Exception exception, PostgresConnectionSettings settings)
    {
        var (server, said) = (settings.Server, exception.Message);
        if (said.Contains("SSLRequest", StringComparison.Ordinal)
            && !said.Contains("response E ", StringComparison.Ordinal)) // A server that cannot begin a session.
        {
            return NoPostgres(server, exception);
        }

        if (said.Contains("No SSL enabled connection", StringComparison.Ordinal))
        {
            return new ConnectorException(
                Fault.Misconfigured,
                isTransient: true,
                $"{server} offers no encrypted connection, and settings.tls demands one. Set ssl = on in the server "
                + "(SSL in PostgreSQL's manual), or settings.tls to \"prefer\" where the line is trusted.",
                exception);
        }

        return settings.Password is null && said.Contains("password", StringComparison.OrdinalIgnoreCase)
            ? new ConnectorException(
                Fault.Unauthorized,
                $"{server} asks user '{settings.UserName}' for a password and none is set. Set settings.password.",
                exception)
            : new ConnectorException(
                Fault.Unreachable,
                $"{server} cannot be reached: {said.TrimEnd('.')}. Check that the server runs and that settings.host "
                + "and settings.port are right.",
                exception);
    }

    private static ConnectorException NoPostgres(PostgresAddress server, Exception exception) => new(
        Fault.Malformed,
        $"{server} answers what is no PostgreSQL: {exception.Message.TrimEnd('.')}. Check that settings.port is "
        + "PostgreSQL's.",
        exception);
}
