using System.Runtime.InteropServices;

namespace Meridian.Connectors.Http.Client;

/// <summary>Under what circumstances a request failed, for the words of its fault.</summary>
/// <param name="Url">What was asked.</param>
/// <param name="Settings">How.</param>
/// <param name="TlsProblem">What was wrong with the server's certificate.</param>
/// <param name="IsOverdue">Whether our own patience ended it.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct HttpCircumstances(
    Uri Url, HttpClientSettings Settings, string? TlsProblem, bool IsOverdue)
{
    /// <summary>The address, without secrets.</summary>
    public string Address => HttpAddress.Of(Url);

    /// <summary>The proxy's address, without secrets.</summary>
    public string ProxyAddress => Settings.Proxy is { } proxy ? HttpAddress.Of(proxy.Url) : "none";

    /// <summary>Who was dialled: the proxy where there is one.</summary>
    public string DialledHost => Settings.Proxy is { } proxy ? proxy.Url.Authority : Url.Authority;

    /// <summary>Its name alone, which DNS is asked for.</summary>
    public string DialledName => (Settings.Proxy?.Url ?? Url).Host;

    /// <summary>The setting that names it.</summary>
    public string DialledSetting => Settings.Proxy is null ? "settings.url" : "settings.proxy.url";
}
