using Meridian.Configuration.Limits;

namespace Meridian.Configuration.Sections;

/// <summary>What a schedule writes in the file: a period or an expression.</summary>
internal sealed record ScheduleSection
{
    /// <summary>The name.</summary>
    [NameRule]
    public required string Name { get; init; }

    /// <summary>The period.</summary>
    public TimeSpan? Every { get; init; }

    /// <summary>The expression.</summary>
    public string? Cron { get; init; }

    /// <summary>The time zone of the expression; none is UTC.</summary>
    public string? TimeZone { get; init; }
}
