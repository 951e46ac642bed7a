using Quartz;

namespace Meridian.Configuration.Schedules;

/// <summary>At hours and days, in a time zone: cron with seconds first, as Quartz writes it.</summary>
public sealed record CronSchedule : Schedule
{
    private readonly CronExpression _expression;

    private CronSchedule(string name, CronExpression expression)
        : base(name) => _expression = expression;

    /// <summary>The expression, such as <c>0 30 6 ? * MON-FRI</c>.</summary>
    public string Expression => _expression.CronExpressionString;

    /// <summary>The time zone of its hours.</summary>
    public TimeZoneInfo TimeZone => _expression.TimeZone;

    /// <summary>Reads an expression.</summary>
    /// <param name="name">The schedule's name.</param>
    /// <param name="expression">Seconds, minutes, hours, day of month, month, day of week; a year if wanted.</param>
    /// <param name="timeZone">The time zone of the hours.</param>
    /// <returns>The schedule.</returns>
    /// <exception cref="FormatException">It is none, or never comes; the message says why.</exception>
    public static CronSchedule Parse(string name, string expression, TimeZoneInfo timeZone)
    {
        var cron = new CronExpression(expression, timeZone);
        return cron.GetNextValidTimeAfter(DateTimeOffset.UnixEpoch) is null
            ? throw new FormatException("It never comes.")
            : new CronSchedule(name, cron);
    }

    /// <inheritdoc/>
    public override DateTimeOffset? NextAfter(DateTimeOffset instant) =>
        _expression.GetNextValidTimeAfter(instant)?.ToUniversalTime();
}
