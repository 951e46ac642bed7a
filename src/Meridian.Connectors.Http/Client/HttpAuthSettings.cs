using System.ComponentModel.DataAnnotations;
using Meridian.Sdk.Settings;

namespace Meridian.Connectors.Http.Client;

/// <summary>How the gateway proves who it is.</summary>
public sealed record HttpAuthSettings
{
    /// <summary>The kind.</summary>
    /// <value>none.</value>
    public HttpAuthKind Type { get; init; } = HttpAuthKind.None;

    /// <summary>The user name.</summary>
    [VisibleWhen(nameof(Type), HttpAuthKind.Basic, IsRequired = true)]
    public string? UserName { get; init; }

    /// <summary>The password.</summary>
    [VisibleWhen(nameof(Type), HttpAuthKind.Basic)]
    public Secret? Password { get; init; }

    /// <summary>The token of <c>Authorization: Bearer</c>.</summary>
    [VisibleWhen(nameof(Type), HttpAuthKind.Bearer, IsRequired = true)]
    public Secret? Token { get; init; }

    /// <summary>The key.</summary>
    [VisibleWhen(nameof(Type), HttpAuthKind.ApiKey, IsRequired = true)]
    public Secret? Key { get; init; }

    /// <summary>The name of the header or of the query's parameter that carries the key.</summary>
    /// <value><c>X-Api-Key</c>.</value>
    [VisibleWhen(nameof(Type), HttpAuthKind.ApiKey)]
    [Required]
    public string KeyName { get; init; } = "X-Api-Key";

    /// <summary>Where the key goes.</summary>
    /// <value>header.</value>
    [VisibleWhen(nameof(Type), HttpAuthKind.ApiKey)]
    public HttpKeyPlace KeyIn { get; init; } = HttpKeyPlace.Header;

    /// <summary>Where tokens are asked for (RFC 6749 §3.2).</summary>
    [VisibleWhen(nameof(Type), HttpAuthKind.ClientCredentials, IsRequired = true)]
    [Title("Token URL")]
    public Uri? TokenUrl { get; init; }

    /// <summary>The client's id.</summary>
    [VisibleWhen(nameof(Type), HttpAuthKind.ClientCredentials, IsRequired = true)]
    public string? ClientId { get; init; }

    /// <summary>The client's secret.</summary>
    [VisibleWhen(nameof(Type), HttpAuthKind.ClientCredentials, IsRequired = true)]
    public Secret? ClientSecret { get; init; }

    /// <summary>What the token shall be good for, words parted by spaces; leave it out for what the server gives.
    /// </summary>
    [VisibleWhen(nameof(Type), HttpAuthKind.ClientCredentials)]
    public string? Scope { get; init; }

    /// <summary>For whom the token is, where the server asks for it.</summary>
    [VisibleWhen(nameof(Type), HttpAuthKind.ClientCredentials)]
    public string? Audience { get; init; }

    /// <summary>How the client proves itself where it asks for tokens (RFC 6749 §2.3.1).</summary>
    /// <value>basic: in the header <c>Authorization</c>.</value>
    [VisibleWhen(nameof(Type), HttpAuthKind.ClientCredentials)]
    public HttpClientProof ClientProof { get; init; } = HttpClientProof.Basic;
}

/// <summary>How the gateway proves who it is.</summary>
public enum HttpAuthKind
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>A user and a password with each request (RFC 7617).</summary>
    Basic,

    /// <summary>A token with each request (RFC 6750).</summary>
    Bearer,

    /// <summary>A key in a header or in the query.</summary>
    ApiKey,

    /// <summary>OAuth 2 client credentials: a token that is asked for and renewed (RFC 6749 §4.4).</summary>
    ClientCredentials,
}

/// <summary>Where a key goes.</summary>
public enum HttpKeyPlace
{
    /// <summary>Into a header.</summary>
    Header,

    /// <summary>Into the query of the address; it may end in the server's logs.</summary>
    Query,
}

/// <summary>How a client proves itself where it asks for tokens.</summary>
public enum HttpClientProof
{
    /// <summary>In the header <c>Authorization</c>.</summary>
    Basic,

    /// <summary>In the body.</summary>
    Body,
}
