using System.Diagnostics.CodeAnalysis;
using System.Net;
using Meridian.Sdk.Faults;

namespace Meridian.Connectors.Http.Client;

/// <summary>
/// One server, as a connector talks to it from connect to disconnect: sends requests with credentials, at their pace
/// and within their time, and reads bounded answers. Whatever fails is a <see cref="ConnectorException"/>; any status
/// is an answer. Any thread.
/// </summary>
/// <remarks>Redirects are not followed: they would carry credentials and bodies to whoever is named in them.</remarks>
internal sealed class HttpPeer : IDisposable
{
    // Names are looked up again after this, for a server that has moved.
    private static readonly TimeSpan ConnectionLife = TimeSpan.FromMinutes(5);

    private readonly HttpClientSettings _settings;
    private readonly TimeProvider _time;
    private readonly HttpTls _tls;
    private readonly HttpClient _client;
    private readonly RequestPace _pace;
    private readonly AccessTokens? _tokens;
    private readonly IHttpCredentials _credentials;
    private readonly IReadOnlyList<string> _knownSecrets;

    private HttpPeer(
        HttpClientSettings settings,
        IHttpCredentials? credentials,
        HttpAuthSettings? auth,
        HttpTls tls,
        TimeProvider time)
    {
        _settings = settings;
        _time = time;
        _tls = tls;
        _client = MakeClient();
        _pace = new RequestPace(settings.RequestsPerSecond, time);
        _tokens = auth?.Type == HttpAuthKind.ClientCredentials ? new AccessTokens(auth, TrySendAsync, time) : null;
        _credentials = credentials ?? (IHttpCredentials?)_tokens ?? HttpAuthentication.Fixed(auth);
        _knownSecrets = new[] { settings.Proxy?.Password?.Reveal(), settings.Tls?.ClientKeyPassword?.Reveal() }
            .OfType<string>().Where(static secret => secret.Length > 0).ToArray();
    }

    /// <summary>What no message may show.</summary>
    public IReadOnlyList<string> Secrets => [.. _knownSecrets, .. _credentials.Secrets];

    /// <summary>A server with the credentials of settings. Reads certificates; touches no network.</summary>
    /// <exception cref="ConnectorException">A certificate cannot be used, or was not read in time.</exception>
    public static async Task<HttpPeer> OpenAsync(
        HttpClientSettings settings,
        HttpAuthSettings? auth,
        TimeProvider time,
        CancellationToken cancellationToken) =>
        new(settings, null, auth, await ReadAsync(settings, time, cancellationToken).ConfigureAwait(false), time);

    /// <summary>A server with credentials. Reads certificates; touches no network.</summary>
    /// <exception cref="ConnectorException">A certificate cannot be used, or was not read in time.</exception>
    public static async Task<HttpPeer> OpenAsync(
        HttpClientSettings settings,
        IHttpCredentials credentials,
        TimeProvider time,
        CancellationToken cancellationToken) =>
        new(
            settings,
            credentials,
            null,
            await ReadAsync(settings, time, cancellationToken).ConfigureAwait(false),
            time);

    /// <summary>Sends a request; one whose credentials are refused and can be renewed goes once more.</summary>
    /// <param name="make">
    /// Makes the request, for each try anew; it passes on the call for each part that is taken.
    /// </param>
    /// <param name="cancellationToken">Cancels; the server may have taken the request.</param>
    /// <exception cref="ConnectorException">There is no answer.</exception>
    public Task<HttpAnswer> SendAsync(
        Func<Action, HttpRequestMessage> make, CancellationToken cancellationToken) =>
        SendAsync(make, null, cancellationToken);

    /// <summary>The same; the body of a success is read as it comes and not held.</summary>
    /// <param name="make">Makes the request.</param>
    /// <param name="read">Reads the body; not called for other answers, whose bodies are held for a message.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="ConnectorException">There is no answer, or it broke off.</exception>
    public async Task<HttpAnswer> SendAsync(
        Func<Action, HttpRequestMessage> make, AnswerReader? read, CancellationToken cancellationToken)
    {
        for (var isLast = false; ; isLast = true)
        {
            HttpRequestMessage? sent = null;
            var answer = await TrySendAsync(
                onPart =>
                {
                    sent = make(onPart);
                    return sent;
                },
                _credentials,
                read,
                cancellationToken).ConfigureAwait(false);

            // It was made, or there would be no answer to it.
            if (isLast || answer.Status != (int)HttpStatusCode.Unauthorized || !_credentials.TryRenew(sent!))
            {
                return answer;
            }
        }
    }

    public void Dispose()
    {
        _client.Dispose();
        _tls.Dispose();
        _tokens?.Dispose();
    }

    private static Task<HttpTls> ReadAsync(
        HttpClientSettings settings, TimeProvider time, CancellationToken cancellationToken) =>
        HttpTls.ReadAsync(settings.Tls, settings.ConnectTimeout, time, cancellationToken);

    [SuppressMessage(
        "Reliability", "CA2000:Dispose objects before losing scope", Justification = "The client owns it.")]
    private HttpClient MakeClient()
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.All,
            ConnectTimeout = _settings.ConnectTimeout,
            PooledConnectionLifetime = ConnectionLife,
            UseCookies = false,
            UseProxy = _settings.Proxy is not null,
            SslOptions = _tls.Options(),
        };
        if (_settings.Proxy is { } proxy)
        {
            handler.Proxy = new WebProxy(proxy.Url)
            {
                Credentials = proxy.UserName is null
                    ? null
                    : new NetworkCredential(proxy.UserName, proxy.Password?.Reveal()),
            };
        }

        return new HttpClient(handler, disposeHandler: true) { Timeout = Timeout.InfiniteTimeSpan };
    }

    private Task<HttpAnswer> TrySendAsync(
        Func<Action, HttpRequestMessage> make, CancellationToken cancellationToken) =>
        TrySendAsync(make, FixedCredentials.None, null, cancellationToken);

    private async Task<HttpAnswer> TrySendAsync(
        Func<Action, HttpRequestMessage> make,
        IHttpCredentials credentials,
        AnswerReader? read,
        CancellationToken cancellationToken)
    {
        // Before a request is made, so that a wait for a token or a turn does not count as the server's.
        await _pace.WaitAsync(cancellationToken).ConfigureAwait(false);
        using var patience = new CancellationTokenSource(Timeout.InfiniteTimeSpan, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        using var request = make(() => patience.CancelAfter(_settings.AnswerTimeout));
        var url = request.RequestUri ?? _settings.Url;
        await credentials.ApplyAsync(request, cancellationToken).ConfigureAwait(false);
        HttpHeaders.Add(request, _settings.Headers);
        var began = _time.GetTimestamp();
        patience.CancelAfter(_settings.ConnectTimeout + _settings.AnswerTimeout);
        try
        {
            using var response = await _client
                .SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token).ConfigureAwait(false);
            var head = HeadOf(response);
            var maxBytes = (int)_settings.MaxAnswerSize.Bytes;
            if (read is not null && response.StatusCode is >= HttpStatusCode.OK and < HttpStatusCode.MultipleChoices)
            {
                var body = new LimitedBody(
                    await response.Content.ReadAsStreamAsync(either.Token).ConfigureAwait(false), maxBytes);
                await using (body.ConfigureAwait(false))
                {
                    await read(head, body, either.Token).ConfigureAwait(false);
                    return head with { Took = _time.GetElapsedTime(began), IsCut = body.IsCut };
                }
            }

            var (held, isCut) = await AnswerBody.ReadAsync(response, maxBytes, either.Token).ConfigureAwait(false);
            return head with { Body = held, IsCut = isCut, Took = _time.GetElapsedTime(began) };
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested || fault is ConnectorException)
        {
            throw HttpFaults.From(
                fault, new HttpCircumstances(url, _settings, _tls.Problem, patience.IsCancellationRequested));
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            // Cancelling tears the connection, and what that throws is the cancellation.
            throw new OperationCanceledException(null, fault, cancellationToken);
        }
    }

    private HttpAnswer HeadOf(HttpResponseMessage response) =>
        new((int)response.StatusCode, HttpAnswer.InOneLine(response.ReasonPhrase ?? string.Empty, Secrets), default)
        {
            RetryAfter = HttpHeaders.RetryAfterOf(response, _time.GetUtcNow()),
            Location = response.Headers.Location,
            Links = HttpHeaders.AllOf(response, "Link"),
            MediaType = response.Content.Headers.ContentType?.MediaType,
            Server = HttpHeaders.FirstOf(response, "Server") is { } server
                ? HttpAnswer.InOneLine(server, Secrets)
                : null,
            HeaderOf = name => HttpHeaders.FirstOf(response, name),
            Version = response.Version,
        };
}

/// <summary>Reads the body of a success as it comes; what is not read is let go.</summary>
internal delegate Task AnswerReader(HttpAnswer head, LimitedBody body, CancellationToken cancellationToken);
