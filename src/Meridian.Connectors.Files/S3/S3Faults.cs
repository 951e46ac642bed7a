using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Amazon.Runtime;
using Meridian.Sdk.Faults;

namespace Meridian.Connectors.Files.S3;

/// <summary>What a store and the way to it say, in the engine's words and the user's.</summary>
internal static class S3Faults
{
    // A port without TLS is told apart from a certificate that is refused by the words of the handshake only.
    private static readonly string[] NoTls = ["frame", "packet length", "wrong version"];

    public static bool IsOurs(Exception fault) => fault is AmazonClientException or AmazonServiceException
        or HttpRequestException or OperationCanceledException or TimeoutException or IOException or WebException;

    /// <summary>What was to be stored cannot be read.</summary>
    public static ConnectorException OfSource(IOException fault) => new(
        Fault.Internal,
        $"What was to be stored cannot be read: {fault.Message.TrimEnd('.')}. It is tried again.",
        fault);

    /// <summary>Another than this North has the key.</summary>
    public static ConnectorException Taken(string key, string bucket) => new(
        Fault.Misconfigured,
        isTransient: true,
        $"The bucket '{bucket}' has an object '{key}' that this North did not store. Give each gateway and North a "
        + "settings.keyPrefix of its own, or move that object; until then nothing is written over.");

    /// <summary>It answers whatever is asked for.</summary>
    public static ConnectorException NoStore(string key, S3NorthSettings settings) => new(
        Fault.Malformed,
        $"{Store(settings)} answers as if it had an object '{key}', which nobody stores: it is no store, but a server "
        + "or a proxy that has a page for everything. Correct settings.endpoint; if there is such an object, remove "
        + "it.");

    /// <summary>What it says that it has stored is not there.</summary>
    public static ConnectorException NotStored(string key, StoredObject? found, S3NorthSettings settings)
    {
        var has = found is null
            ? "does not have it"
            : $"has another there, of {found.Length.ToString(CultureInfo.InvariantCulture)} bytes";
        return new ConnectorException(
            Fault.Malformed,
            $"{Store(settings)} said that it has stored '{key}' in '{settings.Bucket}', and {has}. It is stored again. "
            + "If it stays so, check that settings.endpoint is a store and no proxy or page answers for it, and that "
            + "nobody else writes there.");
    }

    /// <summary>The store in words, without what may stand in an address beside it.</summary>
    public static string NameOf(S3NorthSettings settings) => settings.Endpoint is { } endpoint
        ? $"{endpoint.Scheme}://{endpoint.Authority}"
        : $"Amazon S3 in {settings.Region}";

    public static ConnectorException Of(Exception fault, S3NorthSettings settings)
    {
        for (var inner = fault; inner is not null; inner = inner.InnerException)
        {
            switch (inner)
            {
                case AmazonServiceException service when service.StatusCode != default(HttpStatusCode):
                    return OfAnswer(service, settings);
                case HttpRequestException request:
                    return OfRequest(request, settings);
                case OperationCanceledException or TimeoutException when IsOfConnecting(inner):
                    return new ConnectorException(
                        Fault.Unreachable,
                        $"{Store(settings)} did not take the connection within "
                        + $"{OwnHttpClients.ConnectTimeoutOf(settings.Timeout).TotalSeconds:0.#} s. Check "
                        + "settings.endpoint, the link, and a firewall that lets packets vanish.",
                        fault);
                case OperationCanceledException or TimeoutException:
                    return new ConnectorException(
                        Fault.Unreachable,
                        $"{Store(settings)} did not answer within {settings.Timeout.TotalSeconds:0.#} s. Look at the "
                        + "link, or raise settings.timeout for a slow one.",
                        fault);
                default:
                    break;
            }
        }

        return new ConnectorException(
            Fault.Unreachable, $"{Store(settings)} cannot be reached: {fault.Message.TrimEnd('.')}.", fault);
    }

    private static string Store(S3NorthSettings settings) =>
        settings.Endpoint is { } endpoint ? $"The store at {endpoint.Authority}" : $"Amazon S3 in {settings.Region}";

    /// <summary>A handler that was not connected in time says so in words only.</summary>
    private static bool IsOfConnecting(Exception fault) =>
        fault.Message.Contains(nameof(SocketsHttpHandler.ConnectTimeout), StringComparison.Ordinal)
        || (fault.InnerException is TimeoutException time && IsOfConnecting(time));

    private static ConnectorException OfRequest(HttpRequestException fault, S3NorthSettings settings)
    {
        var store = Store(settings);
        var inner = Innermost(fault);
        var why = inner.Message.TrimEnd('.');
        return fault.HttpRequestError switch
        {
            HttpRequestError.NameResolutionError => new ConnectorException(
                Fault.Unreachable,
                $"{store} cannot be reached: its name is not known ({why}). Check settings.endpoint, settings.region "
                + "and this machine's DNS.",
                fault),
            HttpRequestError.SecureConnectionError => OfTls(fault, settings),
            HttpRequestError.InvalidResponse or HttpRequestError.HttpProtocolError => new ConnectorException(
                Fault.Malformed,
                $"{store} answers what is not HTTP: {why}. Is it another service's port, or https in place of http in "
                + "settings.endpoint?",
                fault),
            _ when inner is SocketException { SocketErrorCode: SocketError.ConnectionRefused } =>
                new ConnectorException(
                    Fault.Unreachable,
                    $"{store} cannot be reached: it refused the connection, nothing listens on that port. Check that "
                    + "it runs and that settings.endpoint is right.",
                    fault),
            _ => new ConnectorException(
                Fault.Unreachable,
                $"{store} cannot be reached: {why}. Check the link, that it runs and that settings.endpoint is right.",
                fault),
        };
    }

    private static ConnectorException OfTls(HttpRequestException fault, S3NorthSettings settings)
    {
        var store = Store(settings);
        var why = Innermost(fault).Message;
        var isPlain = NoTls.Any(words => why.Contains(words, StringComparison.OrdinalIgnoreCase));
        return fault.InnerException is AuthenticationException && !isPlain
            ? new ConnectorException(
                Fault.Unauthorized,
                $"{store} cannot be trusted: {fault.InnerException.Message.TrimEnd('.')}. Add the authority that "
                + "signed its certificate to this machine's, or correct the name in settings.endpoint.",
                fault)
            : new ConnectorException(
                Fault.Unreachable,
                $"{store} does not speak TLS as it should: {why.TrimEnd('.')}. Is it https in settings.endpoint, and "
                + "that port?",
                fault);
    }

    private static ConnectorException OfAnswer(AmazonServiceException fault, S3NorthSettings settings)
    {
        var store = Store(settings);
        var said = $"{store} answered {(int)fault.StatusCode} {fault.ErrorCode}: {fault.Message.TrimEnd('.')}.";
        return fault.ErrorCode switch
        {
            "InvalidAccessKeyId" => Unauthorized(
                $"{store} does not know the access key '{settings.AccessKey}'. Correct settings.accessKey."),
            "SignatureDoesNotMatch" => Unauthorized(
                $"{store} does not take the secret of the access key '{settings.AccessKey}'. Correct "
                + "settings.secretKey."),
            "ExpiredToken" or "InvalidToken" or "TokenRefreshRequired" => Unauthorized(
                $"{store} does not take the session token, it may be over. Set a new settings.sessionToken with its "
                + "key and secret."),
            "RequestTimeTooSkewed" => Unauthorized(
                $"The clocks of this machine and of {store} differ by more than it allows, some 15 minutes. Set this "
                + "machine's, best by NTP."),
            "NoSuchBucket" => Wrong(
                $"{store} has no bucket '{settings.Bucket}'. Make it, or correct settings.bucket; it is looked for "
                + "again."),
            "PermanentRedirect" or "AuthorizationHeaderMalformed" or "IllegalLocationConstraintException" => Wrong(
                $"The bucket '{settings.Bucket}' is not in the region '{settings.Region}'. Correct settings.region. "
                + said),
            _ => fault.StatusCode switch
            {
                HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized => Unauthorized(
                    $"{said} The access key '{settings.AccessKey}' needs the rights s3:PutObject, s3:GetObject and "
                    + $"s3:ListBucket on '{settings.Bucket}'."),
                HttpStatusCode.NotFound => Wrong(
                    $"{said} Is there a bucket '{settings.Bucket}', and is settings.endpoint a store?"),
                >= HttpStatusCode.InternalServerError or HttpStatusCode.TooManyRequests
                    or HttpStatusCode.RequestTimeout => new ConnectorException(Fault.Unreachable, said, fault),
                _ => Wrong(said),
            },
        };

        ConnectorException Unauthorized(string words) => new(Fault.Unauthorized, words, fault);

        // It may be made or moved while the gateway runs, and then it goes on by itself.
        ConnectorException Wrong(string words) => new(Fault.Misconfigured, isTransient: true, words, fault);
    }

    private static Exception Innermost(Exception fault)
    {
        while (fault.InnerException is not null)
        {
            fault = fault.InnerException;
        }

        return fault;
    }
}
