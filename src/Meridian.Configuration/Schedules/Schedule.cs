using Meridian.Configuration.Scalars;

namespace Meridian.Configuration.Schedules;

/// <summary>
/// When items are read: at fixed periods, at hours of the day, or when the source speaks. A closed family; two that
/// mean the same are equal.
/// </summary>
public abstract record Schedule
{
    /// <summary>The word for <see cref="SubscriptionSchedule"/>, which no other schedule may have.</summary>
    public const string SubscriptionName = "subscription";

    private protected Schedule(string name) => Name = name;

    /// <summary>Its name in the file, or the period as it was written there.</summary>
    public string Name { get; }

    /// <summary>The next time it is due.</summary>
    /// <param name="instant">After this instant.</param>
    /// <returns>The time, UTC; null when it never comes again, or nobody can tell.</returns>
    public abstract DateTimeOffset? NextAfter(DateTimeOffset instant);

    /// <summary>The name.</summary>
    public sealed override string ToString() => Name;
}

/// <summary>The source speaks by itself.</summary>
public sealed record SubscriptionSchedule : Schedule
{
    private SubscriptionSchedule()
        : base(SubscriptionName)
    {
    }

    /// <summary>The only one.</summary>
    public static SubscriptionSchedule Instance { get; } = new();

    /// <inheritdoc/>
    public override DateTimeOffset? NextAfter(DateTimeOffset instant) => null;
}

/// <summary>Again and again after a fixed period, counted by a clock that nobody sets.</summary>
public sealed record PeriodSchedule : Schedule
{
    /// <summary>Makes a schedule.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="period">The period: 10 ms to 30 d.</param>
    public PeriodSchedule(string name, TimeSpan period)
        : base(name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(period, ConfigurationLimits.MinPeriod);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(period, ConfigurationLimits.MaxPeriod);
        Period = period;
    }

    /// <summary>Makes a schedule that is called by its period.</summary>
    /// <param name="period">The period: 10 ms to 30 d.</param>
    public PeriodSchedule(TimeSpan period)
        : this(DurationText.Format(period), period)
    {
    }

    /// <summary>The period.</summary>
    public TimeSpan Period { get; }

    /// <inheritdoc/>
    public override DateTimeOffset? NextAfter(DateTimeOffset instant) => instant.ToUniversalTime() + Period;
}
