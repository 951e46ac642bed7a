using Meridian.Configuration.Limits;

namespace Meridian.Configuration.Sections;

/// <summary>What a schedule writes in the file: a period or an expression; the words are for the schema.</summary>
internal sealed record ScheduleSection
{
    /// <summary>The name by which Souths and items call it.</summary>
    [NameRule]
    public required string Name { get; init; }

    /// <summary>The period, 10 ms to 30 d; or write <see cref="Cron"/>.</summary>
    public TimeSpan? Every { get; init; }

    /// <summary>
    /// Seconds, minutes, hours, day of month, month and day of week, such as <c>0 30 6 ? * MON-FRI</c>; or write
    /// <see cref="Every"/>.
    /// </summary>
    public string? Cron { get; init; }

    /// <summary>The time zone of the expression, such as <c>Europe/Zurich</c>.</summary>
    /// <value>Default: UTC.</value>
    public string? TimeZone { get; init; }
}
