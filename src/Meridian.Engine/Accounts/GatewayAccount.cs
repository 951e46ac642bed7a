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
/// <param name="Filtered">What transforms or filters took out.</param>
/// <param name="IsBalanced">Whether this adds up, and every North's account too.</param>
public sealed record GatewayAccount(
    long Received, long Delivered, long Waiting, long Quarantined, long Dropped, long Filtered, bool IsBalanced)
{
    /// <summary>
    /// Draws the account from the journal's end, the Norths' places and what lies in their quarantines.
    /// </summary>
    internal static GatewayAccount Of(
        JournalPosition end, IReadOnlyList<NorthAccount> norths, IReadOnlyList<PositionRanges> quarantines)
    {
        var waiting = norths.Count == 0 ? end.Value : norths.Max(north => north.Waiting);
        var passed = end.Value - waiting;
        var quarantined = PositionRanges.CountUnionBefore(quarantines, passed);

        // Norths tell how many, not which: what several let go or took out is counted once for each, as far as there is
        // that much.
        var dropped = Math.Min(passed - quarantined, norths.Sum(north => north.Dropped));
        var filtered = Math.Min(passed - quarantined - dropped, norths.Sum(north => north.Filtered));
        var delivered = passed - quarantined - dropped - filtered;
        var isBalanced = delivered >= 0 && norths.All(north => north.IsBalanced);
        return new GatewayAccount(end.Value, delivered, waiting, quarantined, dropped, filtered, isBalanced);
    }

    /// <summary>
    /// The account on one line: <c>received=… delivered=… waiting=… quarantined=… dropped=… filtered=…</c>.
    /// </summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"received={Received} delivered={Delivered} waiting={Waiting} "
        + $"quarantined={Quarantined} dropped={Dropped} filtered={Filtered}");
}
