using System.ComponentModel.DataAnnotations;
using Meridian.Connectors.Http.Client;
using Meridian.Sdk.Settings;

namespace Meridian.Connectors.Http.South;

/// <summary>The settings of the HTTP South. <c>url</c> is what the items' paths begin at.</summary>
public sealed record HttpSouthSettings : HttpClientSettings
{
    /// <summary>How the gateway proves who it is.</summary>
    /// <value>Not at all.</value>
    [Group("Security")]
    public HttpAuthSettings? Auth { get; init; }

    /// <summary>What is asked when the connection is made, to see whether the server is there.</summary>
    /// <value>head.</value>
    [Group("Requests")]
    public HttpProbe Probe { get; init; } = HttpProbe.Head;

    /// <summary>
    /// The longest wait that a server may ask for with <c>Retry-After</c>, all waits for one answer together; beyond it
    /// the connection is made anew, with growing pauses.
    /// </summary>
    /// <value>1 min.</value>
    [Range(typeof(TimeSpan), "0 s", "1 h")]
    [Group("Requests")]
    public TimeSpan MaxRetryAfter { get; init; } = TimeSpan.FromMinutes(1);
}
