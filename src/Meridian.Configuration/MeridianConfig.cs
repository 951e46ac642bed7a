using Meridian.Configuration.Schedules;

namespace Meridian.Configuration;

/// <summary>
/// The whole configuration: everything that runs, as one immutable snapshot. <see cref="ConfigurationReader"/> makes
/// it; what
/// it holds has been validated.
/// </summary>
/// <remarks>Any thread. A change makes a new snapshot; nobody writes to an old one.</remarks>
public sealed record MeridianConfig
{
    /// <summary>The gateway itself.</summary>
    /// <value>Default: every default of <see cref="GatewayConfig"/>.</value>
    public GatewayConfig Gateway { get; init; } = new();

    /// <summary>The schedules that the file names, in its order. Items hold theirs themselves.</summary>
    /// <value>Default: none.</value>
    public IReadOnlyList<Schedule> Schedules { get; init; } = [];

    /// <summary>The Souths, in the order of the file; names are unique, without regard to case.</summary>
    /// <value>Default: none.</value>
    public IReadOnlyList<SouthConfig> Souths { get; init; } = [];

    /// <summary>The Norths, in the order of the file; names are unique, without regard to case.</summary>
    /// <value>Default: none.</value>
    public IReadOnlyList<NorthConfig> Norths { get; init; } = [];
}
