namespace Meridian.Connectors.Http.Client;

/// <summary>An address as messages may show it: without user, query and fragment, where secrets live.</summary>
internal static class HttpAddress
{
    /// <summary>Scheme, host, port and path.</summary>
    public static string Of(Uri url) => url.IsAbsoluteUri
        ? url.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped)
        : url.OriginalString.Split('?', '#')[0];
}
