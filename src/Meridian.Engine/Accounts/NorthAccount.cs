using Meridian.Engine.Norths;
using Meridian.Engine.Quarantine;
using Meridian.Journal;

namespace Meridian.Engine.Accounts;

/// <summary>
/// One North's account since its cursor began: routed = delivered + waiting + quarantined + dropped + filtered. Unit:
/// one
/// reading or one file. The counts are stored with the cursor, so they survive any kill.
/// </summary>
/// <param name="Name">The North.</param>
/// <param name="Delivered">Data that the destination has.</param>
/// <param name="Waiting">
/// Data in the journal that the cursor has not passed. Where the North takes from some Souths only, those of others
/// count
/// here until they are passed.
/// </param>
/// <param name="Quarantined">Data that the destination refused for good and that lie in quarantine.</param>
/// <param name="Dropped">Data let go by a limit's policy, or given up from quarantine.</param>
/// <param name="Filtered">Data that a transform or filter took out.</param>
/// <param name="FilteredBy">The same by reason.</param>
/// <param name="Derived">
/// Data that transforms made and the destination has; not part of the account, for nobody brought them.
/// </param>
/// <param name="Unrouted">Data passed over because their South is not routed here; not part of the account.</param>
/// <param name="Retried">Deliveries that were asked to be tried again, since the gateway started.</param>
/// <param name="IsBalanced">
/// Whether the counts add up to the place where the journal says the cursor stands, and what counts as quarantined went
/// there.
/// </param>
public sealed record NorthAccount(
    string Name,
    long Delivered,
    long Waiting,
    long Quarantined,
    long Dropped,
    long Filtered,
    FilteredCounts FilteredBy,
    long Derived,
    long Unrouted,
    long Retried,
    bool IsBalanced)
{
    /// <summary>How many of the dropped were given up from quarantine; a limit let go of the others.</summary>
    public long Discarded { get; init; }

    /// <summary>Everything that is routed here.</summary>
    public long Routed => Delivered + Waiting + Quarantined + Dropped + Filtered;

    /// <summary>Draws the account.</summary>
    /// <param name="name">The North.</param>
    /// <param name="place">Where it stands.</param>
    /// <param name="quarantine">What became of what went into its quarantine.</param>
    /// <param name="end">
    /// The journal's end, asked for after <paramref name="place"/>, so that it lies behind it.
    /// </param>
    /// <param name="retried">Deliveries that were asked to be tried again.</param>
    internal static NorthAccount Of(
        string name, NorthPlace place, QuarantineLedger quarantine, JournalPosition end, long retried)
    {
        var tally = place.Tally;

        // What went into quarantine is counted by the tally, once and for ever; what has left it, by the quarantine.
        var fates = quarantine.CountBetween(tally.Start.Value, tally.Position.Value);
        return new NorthAccount(
            name,
            tally.Delivered + fates.Delivered,
            Math.Max(0, end.Value - tally.Position.Value),
            tally.Quarantined - fates.Delivered - fates.Discarded,
            tally.Dropped + fates.Discarded,
            tally.Filtered.Total,
            tally.Filtered,
            tally.Derived + fates.DerivedDelivered,
            tally.Unrouted,
            retried,
            place.IsAgreed && tally.Position.Value <= end.Value && fates.Ever == tally.Quarantined)
        {
            Discarded = fates.Discarded,
        };
    }
}
