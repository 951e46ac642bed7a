using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Meridian.Engine.Norths.Sending;
using Meridian.Engine.Quarantine;
using Meridian.Journal;

namespace Meridian.Engine.Norths;

/// <summary>
/// What became of everything that a North's cursor has passed. Stored with the cursor, in one piece with its position,
/// so the
/// account survives any kill; and since every datum passed is counted in exactly one place, the position follows from
/// the counts.
/// </summary>
/// <param name="Start">Where the cursor began.</param>
/// <param name="Delivered">Data that the destination has.</param>
/// <param name="Quarantined">
/// Data that the destination refused for good: they went into the North's quarantine, whatever became of them there.
/// </param>
/// <param name="Dropped">Data let go by a limit's policy.</param>
/// <param name="Filtered">Data that transforms took out, by reason.</param>
/// <param name="Unrouted">Data of Souths that are not routed to this North.</param>
/// <param name="Derived">Data that transforms made and the destination has; no position stands for them.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct NorthTally(
    JournalPosition Start,
    long Delivered,
    long Quarantined,
    long Dropped,
    FilteredCounts Filtered,
    long Unrouted,
    long Derived)
{
    /// <summary>The bytes of <see cref="Write"/>: a version and eighteen integers.</summary>
    public const int SizeBytes = 1 + (18 * sizeof(long));

    private const byte Version = 4;

    /// <summary>
    /// The number of the last attempt to deliver from quarantine that the destination took as a whole; 0 for none. In
    /// none of the counts: what has left the quarantine is told there.
    /// </summary>
    public long Ticket { get; init; }

    /// <summary>
    /// The batch that may be on its way, of a North that has to send exactly it again; behind the cursor's place, and
    /// none as soon as the cursor has passed any of it.
    /// </summary>
    public BatchRange Sending { get; init; }

    /// <summary>Where the cursor stands: everything before it is in one of the counts.</summary>
    public JournalPosition Position => new(
        Start.Value + Delivered + Quarantined + Dropped + Filtered.Total + Unrouted);

    /// <summary>The tally of a cursor that begins.</summary>
    public static NorthTally StartingAt(JournalPosition start) => new(start, 0, 0, 0, default, 0, 0);

    /// <summary>Moves on; what of the way is in none of the counts belonged to other Norths.</summary>
    /// <param name="to">The new position.</param>
    /// <param name="passed">What became of data on the way.</param>
    public NorthTally Advance(JournalPosition to, PassedCounts passed) => this with
    {
        Delivered = Delivered + passed.Delivered,
        Quarantined = Quarantined + passed.Quarantined,
        Filtered = Filtered.Plus(passed.Filtered),
        Derived = Derived + passed.Derived,
        Unrouted = Unrouted
            + (to.Value - Position.Value - passed.Delivered - passed.Quarantined - passed.Filtered.Total),
        Sending = Sending.From(to.Value),
    };

    /// <summary>Moves on over what was never read: the journal let go of it, or damage took it.</summary>
    /// <param name="to">The new position.</param>
    /// <param name="dropped">What the journal let go of.</param>
    /// <param name="quarantined">What lies in quarantine, from before.</param>
    public NorthTally PassUnread(JournalPosition to, DroppedRange dropped, PositionRanges quarantined)
    {
        var from = Position.Value;
        var until = dropped.Count == 0 ? from : Math.Clamp(dropped.Last.Value + 1, from, to.Value);
        var (kept, keptAfter) = (quarantined.CountBetween(from, until), quarantined.CountBetween(until, to.Value));
        return this with
        {
            Quarantined = Quarantined + kept + keptAfter,
            Dropped = Dropped + until - from - kept,
            Unrouted = Unrouted + to.Value - until - keptAfter,
            Sending = Sending.From(to.Value),
        };
    }

    /// <summary>
    /// The same place, where more lies in quarantine than the tally says: it was put there after the tally was written.
    /// </summary>
    public NorthTally WithQuarantined(long quarantined)
    {
        var more = Math.Clamp(quarantined - Quarantined, 0, Delivered);
        return this with { Delivered = Delivered - more, Quarantined = Quarantined + more };
    }

    /// <summary>
    /// Writes the tally, little-endian: the version, then its members, the filtered ones, the ticket and the batch on
    /// its way last.
    /// </summary>
    public void Write(Span<byte> destination)
    {
        destination[0] = Version;
        Span<long> members = stackalloc long[7 + FilteredCounts.MemberCount + BatchRange.MemberCount];
        (members[0], members[1], members[2]) = (Start.Value, Delivered, Quarantined);
        (members[3], members[4], members[5]) = (Dropped, Unrouted, Derived);
        Filtered.CopyTo(members[6..]);
        members[6 + FilteredCounts.MemberCount] = Ticket;
        Sending.CopyTo(members[^BatchRange.MemberCount..]);
        for (var i = 0; i < members.Length; i++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(destination[(1 + (i * sizeof(long)))..], members[i]);
        }
    }

    /// <summary>
    /// Reads what <see cref="Write"/> wrote, or a version before it. False for anything else: a newer version, or bytes
    /// of someone else's.
    /// </summary>
    /// <param name="source">The bytes; more may follow.</param>
    /// <param name="tally">The tally.</param>
    /// <param name="length">How many bytes it took.</param>
    public static bool TryRead(ReadOnlySpan<byte> source, out NorthTally tally, out int length)
    {
        (tally, length) = (default, 0);
        var count = source is [] ? 0 : source[0] switch
        {
            1 => 6,
            2 => 6 + FilteredCounts.MemberCount,
            3 => 7 + FilteredCounts.MemberCount,
            Version => 7 + FilteredCounts.MemberCount + BatchRange.MemberCount,
            _ => 0,
        };
        if (count == 0 || source.Length < 1 + (count * sizeof(long)))
        {
            return false;
        }

        Span<long> members = stackalloc long[count];
        for (var i = 0; i < members.Length; i++)
        {
            members[i] = BinaryPrimitives.ReadInt64LittleEndian(source[(1 + (i * sizeof(long)))..]);
            if (members[i] < 0)
            {
                return false;
            }
        }

        length = 1 + (count * sizeof(long));
        tally = source[0] == 1 ? FromFirst(members) : From(members);
        return true;
    }

    private static NorthTally From(ReadOnlySpan<long> members) => new(
        new(members[0]),
        members[1],
        members[2],
        members[3],
        FilteredCounts.From(members[6..]),
        members[4],
        members[5])
    {
        Ticket = members.Length > 6 + FilteredCounts.MemberCount ? members[6 + FilteredCounts.MemberCount] : 0,
        Sending = members.Length > 7 + FilteredCounts.MemberCount
            ? BatchRange.Of(members[^BatchRange.MemberCount..])
            : default,
    };

    /// <summary>Version 1 had no transforms: its fifth member, what they take out, was always 0.</summary>
    private static NorthTally FromFirst(ReadOnlySpan<long> members) => new(
        new(members[0]), members[1], members[2], members[3], default(FilteredCounts) with { Filtered = members[4] },
        members[5], Derived: 0);
}

/// <summary>What became of data that a cursor passes.</summary>
/// <param name="Delivered">Those that the destination has.</param>
/// <param name="Quarantined">Those that it refused for good.</param>
/// <param name="Filtered">Those that transforms took out.</param>
/// <param name="Derived">What transforms made and the destination has.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct PassedCounts(
    long Delivered = 0, long Quarantined = 0, FilteredCounts Filtered = default, long Derived = 0);
