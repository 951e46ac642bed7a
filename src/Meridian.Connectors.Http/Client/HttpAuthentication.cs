using Meridian.Sdk.Settings;

namespace Meridian.Connectors.Http.Client;

/// <summary>From settings to credentials.</summary>
internal static class HttpAuthentication
{
    /// <summary>The credentials of every kind but client credentials; what is required is set.</summary>
    public static FixedCredentials Fixed(HttpAuthSettings? auth) => auth?.Type switch
    {
        HttpAuthKind.Basic => FixedCredentials.Basic(auth.UserName ?? string.Empty, auth.Password),
        HttpAuthKind.Bearer => FixedCredentials.Token("Bearer", auth.Token ?? new Secret(string.Empty)),
        HttpAuthKind.ApiKey when auth.KeyIn == HttpKeyPlace.Query =>
            FixedCredentials.Query(auth.KeyName, auth.Key ?? new Secret(string.Empty)),
        HttpAuthKind.ApiKey => FixedCredentials.Header(auth.KeyName, auth.Key ?? new Secret(string.Empty)),
        _ => FixedCredentials.None,
    };
}
