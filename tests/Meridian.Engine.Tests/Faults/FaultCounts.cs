namespace Meridian.Engine.Tests.Faults;

/// <summary>What happened in a run, to see that all of it does.</summary>
/// <param name="Received">Data on disk.</param>
/// <param name="Again">Of these, what its source gave before: values of now, and what a lost receipt brings.</param>
/// <param name="Repeated">Data that a destination got again.</param>
/// <param name="Quarantined">Data that a destination refused.</param>
/// <param name="Filtered">Data that a transform took out.</param>
/// <param name="Steps">The steps, with how often they were taken.</param>
internal sealed record FaultCounts(
    long Received,
    long Again,
    long Repeated,
    long Quarantined,
    long Filtered,
    Dictionary<string, int> Steps)
{
    /// <summary>Nothing yet.</summary>
    public static FaultCounts None { get; } = new(0, 0, 0, 0, 0, new Dictionary<string, int>(StringComparer.Ordinal));

    public FaultCounts Plus(FaultCounts other) => new(
        Received + other.Received,
        Again + other.Again,
        Repeated + other.Repeated,
        Quarantined + other.Quarantined,
        Filtered + other.Filtered,
        Steps.Concat(other.Steps)
            .GroupBy(static one => one.Key, static one => one.Value, StringComparer.Ordinal)
            .ToDictionary(static group => group.Key, static group => group.Sum(), StringComparer.Ordinal));

    public override string ToString() =>
        $"{Received} data, {Again} given again, {Repeated} repeated to destinations that cannot tell, "
        + $"{Quarantined} refused, {Filtered} filtered; "
        + string.Join(", ", Steps.OrderBy(static one => one.Key, StringComparer.Ordinal)
            .Select(static one => $"{one.Key} {one.Value}"));
}
