using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Meridian.Connectors.Http.Client;
using Meridian.Sdk.Faults;

namespace Meridian.Connectors.Http;

/// <summary>Says in the engine's words and in the user's what a server, a proxy or the network answers.</summary>
internal static class HttpFaults
{
    /// <summary>Maps whatever ends a request without an answer.</summary>
    public static ConnectorException From(Exception exception, in HttpCircumstances at)
    {
        if (exception is ConnectorException fault)
        {
            return fault;
        }

        if (at.IsOverdue || exception is OperationCanceledException)
        {
            return OfTime(exception, at);
        }

        if (exception is InvalidDataException)
        {
            return new ConnectorException(
                Fault.Malformed,
                $"{at.Address} answers with a body that cannot be unpacked: {exception.Message.TrimEnd('.')}. It is "
                + "tried again.",
                exception);
        }

        return exception is HttpIOException { HttpRequestError: HttpRequestError.ResponseEnded }
            ? Unreachable(at, "the connection ended before the answer was whole", exception)
            : exception is HttpRequestException request
            ? Of(request, at)
            : exception is IOException or SocketException or ObjectDisposedException
                ? Unreachable(at, Innermost(exception).Message, exception)
                : new ConnectorException(Fault.Internal, $"{at.Address}: {exception.Message}", exception);
    }

    /// <summary>
    /// What a status says of the connection or the settings, whatever was sent; null where it speaks of the datum or of
    /// nothing. All are tried again: rights, proxies and servers are mended where they are.
    /// </summary>
    public static ConnectorException? OfStatus(HttpAnswer answer, Uri url, IReadOnlyList<string> secrets)
    {
        var said = $"{HttpAddress.Of(url)} answers {answer.StatusText}{Said(answer, secrets)}";
        return answer.Status switch
        {
            401 => new ConnectorException(
                Fault.Unauthorized, $"{said} It does not know these credentials: check settings.auth."),
            403 => new ConnectorException(
                Fault.Unauthorized, $"{said} It knows the credentials and refuses the access: grant the right there."),
            404 or 410 => Setting($"{said} There is nothing at that address: check settings.url."),
            405 or 501 => Setting($"{said} It takes no such request there: check settings.method and settings.url."),
            407 => ProxyRefuses($"{said}", null),
            >= 300 and < 400 and not 304 => Setting(
                $"{said} Redirects are not followed: set settings.url to the address that answers"
                + (answer.Location is { } to ? $" ({HttpAddress.Of(to)})." : ".")),
            _ => null,
        };
    }

    /// <summary>Who answered what, for the reason of an outcome.</summary>
    public static string Reason(HttpMethod method, HttpAnswer answer, Uri url, IReadOnlyList<string> secrets) =>
        $"{method} {HttpAddress.Of(url)} was answered with {answer.StatusText}{Said(answer, secrets)}";

    /// <summary>The content that was to be sent cannot be read here.</summary>
    public static ConnectorException OfSource(Exception fault) => new(
        Fault.Internal, $"What was to be sent cannot be read: {fault.Message.TrimEnd('.')}. It is tried again.", fault);

    private static ConnectorException Of(HttpRequestException request, in HttpCircumstances at) =>
        request.HttpRequestError switch
        {
            HttpRequestError.NameResolutionError => new ConnectorException(
                Fault.Unreachable,
                $"{at.Address} cannot be reached: the name '{at.DialledName}' is not known "
                + $"({Innermost(request).Message.TrimEnd('.')}). Check {at.DialledSetting} and this machine's DNS.",
                request),
            HttpRequestError.SecureConnectionError => OfTls(request, at),
            HttpRequestError.ProxyTunnelError => OfTunnel(request, at),
            HttpRequestError.ResponseEnded => Unreachable(
                at, "the connection ended before the answer was there", request),
            HttpRequestError.InvalidResponse or HttpRequestError.HttpProtocolError => Garbage(request, at),
            HttpRequestError.ConfigurationLimitExceeded => Garbage(request, at),
            HttpRequestError.UserAuthenticationError => new ConnectorException(
                Fault.Unauthorized, $"{at.Address}: {Innermost(request).Message} Check the credentials.", request),
            _ when Innermost(request) is SocketException socket => OfSocket(socket, request, at),
            _ => Unreachable(at, Innermost(request).Message, request),
        };

    private static ConnectorException OfSocket(
        SocketException socket, HttpRequestException request, in HttpCircumstances at) => socket.SocketErrorCode switch
        {
            SocketError.ConnectionRefused => Unreachable(
                at, $"{at.DialledHost} refused the connection: nothing listens on that port", request),
            SocketError.TimedOut => OfTime(request, at),
            SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown => Unreachable(
                at, "the connection was reset", request),
            SocketError.HostUnreachable or SocketError.NetworkUnreachable => Unreachable(
                at, $"there is no way to {at.DialledHost} from here: check network, gateway and firewall", request),
            _ => Unreachable(at, socket.Message, request),
        };

    private static ConnectorException OfTls(HttpRequestException request, in HttpCircumstances at)
    {
        if (at.TlsProblem is { } problem)
        {
            return new ConnectorException(
                Fault.Unauthorized, $"{at.Address}: the encrypted connection failed: {problem}.", request);
        }

        // No certificate was looked at: the peer speaks no TLS, or broke off.
        var why = Innermost(request);
        var isPlain = why.Message.Contains("frame", StringComparison.OrdinalIgnoreCase)
            || why.Message.Contains("packet length", StringComparison.OrdinalIgnoreCase)
            || why.Message.Contains("wrong version", StringComparison.OrdinalIgnoreCase);
        return isPlain
            ? Setting($"{at.Address}: the server does not speak TLS there. Is it http:// and not https://?", request)
            : new ConnectorException(
                why is AuthenticationException or SocketException { SocketErrorCode: SocketError.ConnectionReset }
                    || request.InnerException is AuthenticationException
                    ? Fault.Unauthorized
                    : Fault.Unreachable,
                $"{at.Address}: the encrypted connection failed: {why.Message.TrimEnd('.')}. Check the TLS versions of "
                + "the server, and settings.tls when it asks for a certificate.",
                request);
    }

    private static ConnectorException OfTunnel(HttpRequestException request, in HttpCircumstances at) =>
        request.StatusCode == HttpStatusCode.ProxyAuthenticationRequired
            || request.Message.Contains("407", StringComparison.Ordinal)
            ? ProxyRefuses($"{at.Address}: the proxy {at.ProxyAddress} answers 407.", request)
            : new ConnectorException(
                Fault.Unreachable,
                $"{at.Address}: the proxy {at.ProxyAddress} makes no way to it: {request.Message.TrimEnd('.')}. Check "
                + "settings.proxy and what the proxy allows.",
                request);

    private static ConnectorException OfTime(Exception exception, in HttpCircumstances at) =>
        exception.InnerException is TimeoutException && !at.IsOverdue
            ? Unreachable(
                at,
                $"{at.DialledHost} did not take the connection within {Seconds(at.Settings.ConnectTimeout)} "
                + "(settings.connectTimeout); a firewall that drops packets looks like this",
                exception)
            : new ConnectorException(
                Fault.Unreachable,
                $"{at.Address} did not answer in time: nothing for {Seconds(at.Settings.AnswerTimeout)}. Check the "
                + "server's load and the way to it, or raise settings.answerTimeout.",
                exception);

    private static ConnectorException Garbage(HttpRequestException request, in HttpCircumstances at) => new(
        Fault.Malformed,
        $"{at.Address} answers what is not HTTP: {Innermost(request).Message.TrimEnd('.')}. Is it another service's "
        + "port, or https:// in place of http://?",
        request);

    private static ConnectorException ProxyRefuses(string said, Exception? cause) => new(
        Fault.Unauthorized,
        $"{said} The proxy wants other credentials: check settings.proxy.userName and settings.proxy.password.",
        cause);

    private static ConnectorException Unreachable(in HttpCircumstances at, string why, Exception cause) => new(
        Fault.Unreachable,
        $"{at.Address} cannot be reached: {why.TrimEnd('.')}. Check that the server runs and that {at.DialledSetting} "
        + "is right.",
        cause);

    /// <summary>Waits for a change that may also come from the other side, so it is tried again.</summary>
    private static ConnectorException Setting(string message, Exception? cause = null) =>
        new(Fault.Misconfigured, isTransient: true, message, cause);

    private static string Said(HttpAnswer answer, IReadOnlyList<string> secrets) =>
        answer.Excerpt(secrets) is { Length: > 0 } text ? $": {text.TrimEnd('.')}." : ".";

    private static string Seconds(TimeSpan time) => FormattableString.Invariant($"{time.TotalSeconds:0.###} s");

    private static Exception Innermost(Exception exception)
    {
        while (exception.InnerException is { } inner)
        {
            exception = inner;
        }

        return exception;
    }
}
