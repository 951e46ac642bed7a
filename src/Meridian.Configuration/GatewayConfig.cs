using System.ComponentModel.DataAnnotations;
using Meridian.Configuration.Limits;

namespace Meridian.Configuration;

/// <summary>The <c>gateway</c> section: what concerns the gateway as a whole.</summary>
public sealed record GatewayConfig
{
    /// <summary>
    /// The gateway's name: 1 to 64 letters, digits, <c>-</c>, <c>_</c> or <c>.</c>, the first a letter or a digit.
    /// </summary>
    /// <value>Default: <c>meridian</c>.</value>
    [NameRule]
    public string Name { get; init; } = "meridian";

    /// <summary>How long a stop waits for the Norths to deliver what is on disk: 0 s to 10 min.</summary>
    /// <value>Default: 10 s.</value>
    [Range(typeof(TimeSpan), "0 s", "10 min")]
    public TimeSpan DrainTime { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The journal on disk: how much of it there may be.</summary>
    public JournalConfig Journal { get; init; } = new();
}
