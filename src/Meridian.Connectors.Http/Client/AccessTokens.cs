using System.Diagnostics.CodeAnalysis;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Meridian.Sdk.Faults;

namespace Meridian.Connectors.Http.Client;

/// <summary>
/// OAuth 2 client credentials (RFC 6749 §4.4): asks for a token, keeps it, and asks for the next before it ends. Any
/// thread; one asks, the others wait.
/// </summary>
/// <param name="settings">The kind is client credentials, and what it needs is set.</param>
/// <param name="send">Sends a request without credentials.</param>
/// <param name="time">The clock.</param>
internal sealed class AccessTokens(
    HttpAuthSettings settings,
    Func<Func<Action, HttpRequestMessage>, CancellationToken, Task<HttpAnswer>> send,
    TimeProvider time) : IHttpCredentials, IDisposable
{
    private static readonly TimeSpan MaxAhead = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly string _secret = settings.ClientSecret?.Reveal() ?? string.Empty;
    private AccessToken? _token;

    public IReadOnlyList<string> Secrets =>
        [.. new[] { _secret, _token?.Value ?? string.Empty }.Where(static secret => secret.Length > 0)];

    public async ValueTask ApplyAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_token is null || time.GetUtcNow() >= _token.RenewAt)
            {
                _token = await AskAsync(cancellationToken).ConfigureAwait(false);
            }

            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _token.Value);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Forgets the token that was refused, unless another has come already.</summary>
    public bool TryRenew(HttpRequestMessage refused)
    {
        var token = Volatile.Read(ref _token);
        if (token is not null
            && string.Equals(refused.Headers.Authorization?.Parameter, token.Value, StringComparison.Ordinal))
        {
            Interlocked.CompareExchange(ref _token, null, token);
        }

        return true;
    }

    public void Dispose() => _gate.Dispose();

    private async Task<AccessToken> AskAsync(CancellationToken cancellationToken)
    {
        var asked = time.GetUtcNow();
        var url = settings.TokenUrl!; // required with this kind
        var answer = await send(MakeRequest, cancellationToken).ConfigureAwait(false);
        var where = $"The token server {HttpAddress.Of(url)}";
        if (answer.Status is >= 400 and < 500 and not (408 or 425 or 429))
        {
            throw new ConnectorException(
                answer.Status is 404 or 405 ? Fault.Misconfigured : Fault.Unauthorized,
                isTransient: true,
                $"{where} gives no token: {answer.StatusText}{Said(answer)} Check settings.auth: tokenUrl, clientId, "
                + "clientSecret, scope and clientProof.");
        }

        if (answer.Status is < 200 or >= 300)
        {
            throw new ConnectorException(
                Fault.Unreachable, $"{where} gives no token now: {answer.StatusText}{Said(answer)} It is asked again.");
        }

        if (!TryRead(answer.Body, asked, out var token))
        {
            throw new ConnectorException(
                Fault.Malformed,
                $"{where} answered {answer.StatusText} and no access_token with it. Check settings.auth.tokenUrl.");
        }

        return token;
    }

    private HttpRequestMessage MakeRequest(Action onPart)
    {
        var form = new StringBuilder("grant_type=client_credentials");
        Add(form, "scope", settings.Scope);
        Add(form, "audience", settings.Audience);
        var request = new HttpRequestMessage(HttpMethod.Post, settings.TokenUrl);
        var id = settings.ClientId ?? string.Empty;
        if (settings.ClientProof == HttpClientProof.Body)
        {
            Add(form, "client_id", id);
            Add(form, "client_secret", _secret);
        }
        else
        {
            // RFC 6749 §2.3.1: both are form-encoded before they are joined.
            var pair = $"{Uri.EscapeDataString(id)}:{Uri.EscapeDataString(_secret)}";
            request.Headers.Authorization = new AuthenticationHeaderValue(
                "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(pair)));
        }

        request.Headers.Accept.ParseAdd("application/json");
        request.Content = SentContent.Of(
            Encoding.ASCII.GetBytes(form.ToString()), "application/x-www-form-urlencoded", onPart);
        return request;
    }

    private static void Add(StringBuilder form, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            form.Append('&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
        }
    }

    private static bool TryRead(
        ReadOnlyMemory<byte> body, DateTimeOffset asked, [NotNullWhen(true)] out AccessToken? token)
    {
        token = null;
        try
        {
            using var json = JsonDocument.Parse(body);
            if (json.RootElement.ValueKind != JsonValueKind.Object
                || !json.RootElement.TryGetProperty("access_token", out var value)
                || value.ValueKind != JsonValueKind.String
                || value.GetString() is not { Length: > 0 } text
                || text.AsSpan().ContainsAnyExceptInRange('!', '~'))
            {
                return false;
            }

            token = new AccessToken(text, RenewAt(json.RootElement, asked));
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>A tenth of its life before the end, at most a minute; without a word of the end, when it is refused.
    /// </summary>
    private static DateTimeOffset RenewAt(JsonElement answer, DateTimeOffset asked)
    {
        var seconds = answer.TryGetProperty("expires_in", out var life) && life.ValueKind switch
        {
            JsonValueKind.Number => life.TryGetDouble(out _),
            _ => false,
        }
            ? life.GetDouble()
            : 0;
        if (seconds is not (> 0 and < 1e9))
        {
            return DateTimeOffset.MaxValue;
        }

        var whole = TimeSpan.FromSeconds(seconds);
        var ahead = whole / 10;
        return asked + whole - (ahead < MaxAhead ? ahead : MaxAhead);
    }

    private string Said(HttpAnswer answer) => answer.Excerpt(Secrets) is { Length: > 0 } text ? $": {text}." : ".";

    private sealed record AccessToken(string Value, DateTimeOffset RenewAt);
}
