using System.Globalization;
using Meridian.Engine.Quarantine;
using Meridian.Journal;

namespace Meridian.Engine.Accounts;

/// <summary>
/// The gateway's account: received = delivered + waiting + quarantined + dropped + filtered. A datum is delivered when
/// every
/// North routed to it has it, and counts under the worst of its states otherwise.
/// </summary>
/// <param name="Received">Everything the journal has ever taken.</param>
/// <param name="Delivered">What every North has.</param>
/// <param name="Waiting">What at least one North has yet to pass.</param>
/// <param name="Quarantined">What at least one North refused for good.</param>
/// <param name="Dropped">What a limit's policy let go.</param>
/// <param name="Filtered">
/// What transforms took out. Of Norths that share a South the one that filters most counts: what one of them has and
/// another does not want is not told apart (decision 18).
/// </param>
/// <param name="IsBalanced">Whether this adds up, and every North's account too.</param>
public sealed record GatewayAccount(
    long Received, long Delivered, long Waiting, long Quarantined, long Dropped, long Filtered, bool IsBalanced)
{
    /// <summary>
    /// Draws the account from the journal's end, the Norths' places and what lies in their quarantines.
    /// </summary>
    /// <param name="end">The journal's end.</param>
    /// <param name="norths">The Norths' accounts.</param>
    /// <param name="quarantines">What lies in their quarantines.</param>
    /// <param name="from">Of each North, the Souths it takes from; empty for all.</param>
    internal static GatewayAccount Of(
        JournalPosition end,
        IReadOnlyList<NorthAccount> norths,
        IReadOnlyList<PositionRanges> quarantines,
        IReadOnlyList<IReadOnlyList<string>> from)
    {
        var waiting = norths.Count == 0 ? end.Value : norths.Max(north => north.Waiting);
        var passed = end.Value - waiting;
        var quarantined = PositionRanges.CountUnionBefore(quarantines, passed);
        var dropped = Math.Min(passed - quarantined, MostOf(norths, from, static north => north.Dropped));
        var filtered = Math.Min(
            passed - quarantined - dropped, MostOf(norths, from, static north => north.Filtered));
        var delivered = passed - quarantined - dropped - filtered;
        var isBalanced = delivered >= 0 && norths.All(north => north.IsBalanced);
        return new GatewayAccount(end.Value, delivered, waiting, quarantined, dropped, filtered, isBalanced);
    }

    /// <summary>
    /// Norths tell how many, not which: of those that share a South the one with the most counts (decision 18).
    /// </summary>
    private static long MostOf(
        IReadOnlyList<NorthAccount> norths,
        IReadOnlyList<IReadOnlyList<string>> from,
        Func<NorthAccount, long> count)
    {
        var families = new List<(HashSet<string>? Souths, long Most)>();
        foreach (var (index, north) in norths.Index())
        {
            var own = from[index].Count == 0 ? null : from[index].ToHashSet(StringComparer.OrdinalIgnoreCase);
            var most = count(north);
            foreach (var family in families.Where(family => Share(family.Souths, own)).ToArray())
            {
                _ = families.Remove(family);
                most = Math.Max(most, family.Most);
                own = own is null || family.Souths is null
                    ? null
                    : [.. own.Union(family.Souths, StringComparer.OrdinalIgnoreCase)];
            }

            families.Add((own, most));
        }

        return families.Sum(static family => family.Most);
    }

    private static bool Share(HashSet<string>? one, HashSet<string>? other) =>
        one is null || other is null || one.Overlaps(other);

    /// <summary>
    /// The account on one line: <c>received=… delivered=… waiting=… quarantined=… dropped=… filtered=…</c>.
    /// </summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"received={Received} delivered={Delivered} waiting={Waiting} "
        + $"quarantined={Quarantined} dropped={Dropped} filtered={Filtered}");
}
