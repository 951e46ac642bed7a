using Meridian.Sdk.Settings;

namespace Meridian.Connectors.Http.Client;

/// <summary>What attributes cannot say about settings that all connectors of this project share.</summary>
internal static class HttpClientCheck
{
    // The client writes these itself, from the address and the body.
    private static readonly string[] NotToSet =
        ["Host", "Content-Length", "Content-Encoding", "Transfer-Encoding", "Connection", "Expect"];

    /// <summary>Every problem, each with its path.</summary>
    public static IEnumerable<SettingsProblem> Find(HttpClientSettings settings)
    {
        foreach (var problem in FindInUrl("settings.url", settings.Url, ["http", "https"]))
        {
            yield return problem;
        }

        foreach (var problem in FindInHeaders("settings.headers", settings.Headers))
        {
            yield return problem;
        }

        foreach (var problem in FindInProxy(settings.Proxy).Concat(FindInTls(settings)))
        {
            yield return problem;
        }
    }

    /// <summary>Problems of the authentication.</summary>
    public static IEnumerable<SettingsProblem> Find(HttpAuthSettings? auth, HttpClientSettings settings)
    {
        if (auth is null or { Type: HttpAuthKind.None })
        {
            yield break;
        }

        if (auth.Type == HttpAuthKind.Basic && auth.UserName?.Contains(':', StringComparison.Ordinal) == true)
        {
            yield return new SettingsProblem(
                "settings.auth.userName", "A user name with ':' cannot be sent as basic authentication (RFC 7617).");
        }

        if (auth is { Type: HttpAuthKind.ApiKey, KeyIn: HttpKeyPlace.Header } && !HttpHeaders.IsName(auth.KeyName))
        {
            yield return new SettingsProblem(
                "settings.auth.keyName", $"'{auth.KeyName}' is no name of a header; use letters, digits and -.");
        }

        foreach (var (path, secret) in new[] { ("token", auth.Token), ("key", auth.Key) })
        {
            if (secret is not null && auth.KeyIn == HttpKeyPlace.Header && !HttpHeaders.IsValue(secret.Reveal()))
            {
                yield return new SettingsProblem(
                    $"settings.auth.{path}",
                    "It has a line end or other characters that no header can carry; a file may end with a line end.");
            }
        }

        if (auth.Type == HttpAuthKind.ClientCredentials && auth.TokenUrl is { } tokenUrl)
        {
            foreach (var problem in FindInUrl("settings.auth.tokenUrl", tokenUrl, ["http", "https"]))
            {
                yield return problem;
            }
        }

        var taken = auth.Type == HttpAuthKind.ApiKey ? auth.KeyName : "Authorization";
        if (settings.Headers.Keys.FirstOrDefault(
            name => string.Equals(name, taken, StringComparison.OrdinalIgnoreCase)) is { } twice)
        {
            yield return new SettingsProblem(
                $"settings.headers.{twice}", $"The header {twice} is already written by settings.auth; leave it out.");
        }
    }

    /// <summary>Problems of an address.</summary>
    public static IEnumerable<SettingsProblem> FindInUrl(string path, Uri url, string[] schemes)
    {
        if (!url.IsAbsoluteUri || !schemes.Contains(url.Scheme, StringComparer.Ordinal))
        {
            yield return new SettingsProblem(
                path,
                $"'{HttpAddress.Of(url)}' cannot be used; begin it with {string.Join(" or ", schemes.Select(
                    static scheme => $"{scheme}://"))}.");
            yield break;
        }

        if (url.UserInfo.Length > 0)
        {
            yield return new SettingsProblem(
                path, "A user or password in the address is shown in logs; write it where it is kept secret.");
        }

        if (url.Fragment.Length > 0)
        {
            yield return new SettingsProblem(path, "What follows # is not sent to a server; leave it out.");
        }
    }

    /// <summary>Problems of headers.</summary>
    public static IEnumerable<SettingsProblem> FindInHeaders(
        string path, IReadOnlyDictionary<string, string> headers)
    {
        foreach (var (name, value) in headers)
        {
            if (!HttpHeaders.IsName(name))
            {
                yield return new SettingsProblem(
                    $"{path}.{name}", $"'{name}' is no name of a header; use letters, digits and -.");
            }
            else if (NotToSet.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                yield return new SettingsProblem(
                    $"{path}.{name}", $"The header {name} is written by the gateway itself; leave it out.");
            }
            else if (!HttpHeaders.IsValue(value))
            {
                yield return new SettingsProblem(
                    $"{path}.{name}",
                    $"The value of header {name} has characters other than printable ASCII; leave them out.");
            }
        }
    }

    private static IEnumerable<SettingsProblem> FindInProxy(HttpProxySettings? proxy)
    {
        if (proxy is null)
        {
            yield break;
        }

        foreach (var problem in FindInUrl("settings.proxy.url", proxy.Url, ["http", "https", "socks5"]))
        {
            yield return problem;
        }

        if (proxy.Password is not null && proxy.UserName is null)
        {
            yield return new SettingsProblem("settings.proxy.password", "A password needs a user name.");
        }
    }

    private static IEnumerable<SettingsProblem> FindInTls(HttpClientSettings settings)
    {
        if (settings.Tls is not { } tls)
        {
            yield break;
        }

        if (tls.ClientCertificateFile is null && (tls.ClientKeyFile is not null || tls.ClientKeyPassword is not null))
        {
            yield return new SettingsProblem(
                "settings.tls.clientCertificateFile", "A key needs its certificate; name its file.");
        }
    }
}
