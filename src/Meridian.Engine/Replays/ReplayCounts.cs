namespace Meridian.Engine.Replays;

/// <summary>What became of data that were replayed. In no account: there they count as what they were before.</summary>
/// <param name="Delivered">Those that the destination has once more.</param>
/// <param name="Derived">What transforms made of them and the destination has.</param>
/// <param name="Refused">
/// Those that the destination refused for good. They do not go to quarantine; the log tells the reason.
/// </param>
/// <param name="Filtered">Those that transforms took out.</param>
/// <param name="Dropped">Those that the journal let go of, because it was full.</param>
/// <param name="Unrouted">Those of Souths that are not routed to the North.</param>
public sealed record ReplayCounts(
    long Delivered, long Derived, long Refused, long Filtered, long Dropped, long Unrouted)
{
    internal static ReplayCounts None { get; } = new(0, 0, 0, 0, 0, 0);

    /// <summary>Both together.</summary>
    internal ReplayCounts Plus(ReplayCounts other) => new(
        Delivered + other.Delivered,
        Derived + other.Derived,
        Refused + other.Refused,
        Filtered + other.Filtered,
        Dropped + other.Dropped,
        Unrouted + other.Unrouted);
}
