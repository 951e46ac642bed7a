using System.Net.Http.Headers;
using System.Text;
using Meridian.Sdk.Settings;

namespace Meridian.Connectors.Http.Client;

/// <summary>What a request carries to prove who sends it. Any thread.</summary>
internal interface IHttpCredentials
{
    /// <summary>The secrets, so that no message shows them.</summary>
    IReadOnlyList<string> Secrets { get; }

    /// <summary>Puts the credentials into a request.</summary>
    ValueTask ApplyAsync(HttpRequestMessage request, CancellationToken cancellationToken);

    /// <summary>The server refused what a request carried; true when others can be had for one more try.</summary>
    bool TryRenew(HttpRequestMessage refused);
}

/// <summary>Credentials that stay as they are: none, a header, or a parameter of the query.</summary>
internal sealed class FixedCredentials : IHttpCredentials
{
    private readonly AuthenticationHeaderValue? _authorization;
    private readonly (string Name, string Value)? _header;
    private readonly string? _query;

    private FixedCredentials(
        IReadOnlyList<string> secrets,
        AuthenticationHeaderValue? authorization = null,
        (string Name, string Value)? header = null,
        string? query = null)
    {
        Secrets = [.. secrets.Where(static secret => secret.Length > 0)];
        (_authorization, _header, _query) = (authorization, header, query);
    }

    /// <summary>None.</summary>
    public static FixedCredentials None { get; } = new([]);

    public IReadOnlyList<string> Secrets { get; }

    /// <summary>A user and a password (RFC 7617), in UTF-8.</summary>
    public static FixedCredentials Basic(string userName, Secret? password)
    {
        var pair = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{userName}:{password?.Reveal()}"));
        return new FixedCredentials(
            [password?.Reveal() ?? string.Empty, pair], new AuthenticationHeaderValue("Basic", pair));
    }

    /// <summary>A token of a scheme.</summary>
    public static FixedCredentials Token(string scheme, Secret token) =>
        new([token.Reveal()], new AuthenticationHeaderValue(scheme, token.Reveal()));

    /// <summary>A key in a header.</summary>
    public static FixedCredentials Header(string name, Secret key) => new([key.Reveal()], header: (name, key.Reveal()));

    /// <summary>A key in the query.</summary>
    public static FixedCredentials Query(string name, Secret key)
    {
        var escaped = Uri.EscapeDataString(key.Reveal());
        return new FixedCredentials([key.Reveal(), escaped], query: $"{Uri.EscapeDataString(name)}={escaped}");
    }

    public ValueTask ApplyAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (_authorization is not null)
        {
            request.Headers.Authorization = _authorization;
        }

        if (_header is var (name, value))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (_query is not null && request.RequestUri is { } url)
        {
            // The address of a next page, as the server gave it, may have the key already.
            if (url.Query.TrimStart('?').Split('&').Contains(_query, StringComparer.Ordinal))
            {
                return ValueTask.CompletedTask;
            }

            var before = url.Query.Length > 1 ? $"{url.Query}&" : "?";
            request.RequestUri = new Uri($"{url.GetLeftPart(UriPartial.Path)}{before}{_query}");
        }

        return ValueTask.CompletedTask;
    }

    public bool TryRenew(HttpRequestMessage refused) => false;
}
