using System.Buffers.Binary;
using System.Runtime.InteropServices;
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
/// <param name="Quarantined">Data that the destination refused for good; they lie in the North's quarantine.</param>
/// <param name="Dropped">Data let go by a limit's policy.</param>
/// <param name="Filtered">Data that a transform or filter took out.</param>
/// <param name="Unrouted">Data of Souths that are not routed to this North.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct NorthTally(
    JournalPosition Start, long Delivered, long Quarantined, long Dropped, long Filtered, long Unrouted)
{
    /// <summary>The bytes of <see cref="Write"/>: a version and six integers.</summary>
    public const int SizeBytes = 1 + (6 * sizeof(long));

    private const byte Version = 1;

    /// <summary>Where the cursor stands: everything before it is in one of the counts.</summary>
    public JournalPosition Position => new(Start.Value + Delivered + Quarantined + Dropped + Filtered + Unrouted);

    /// <summary>
    /// Moves on, with what was delivered and quarantined on the way; the rest of the way belonged to other Norths.
    /// </summary>
    public NorthTally Advance(JournalPosition to, long delivered, long quarantined) => this with
    {
        Delivered = Delivered + delivered,
        Quarantined = Quarantined + quarantined,
        Unrouted = Unrouted + (to.Value - Position.Value - delivered - quarantined),
    };

    /// <summary>
    /// The same place, where more lies in quarantine than the tally says: it was put there after the tally was written.
    /// </summary>
    public NorthTally WithQuarantined(long quarantined)
    {
        var more = Math.Clamp(quarantined - Quarantined, 0, Delivered);
        return this with { Delivered = Delivered - more, Quarantined = Quarantined + more };
    }

    /// <summary>Writes the tally, little-endian, in the order of its members.</summary>
    public void Write(Span<byte> destination)
    {
        destination[0] = Version;
        Span<long> members = [Start.Value, Delivered, Quarantined, Dropped, Filtered, Unrouted];
        for (var i = 0; i < members.Length; i++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(destination[(1 + (i * sizeof(long)))..], members[i]);
        }
    }

    /// <summary>
    /// Reads what <see cref="Write"/> wrote. False for anything else: a newer version, or bytes of someone else's.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> source, out NorthTally tally)
    {
        tally = default;
        if (source.Length < SizeBytes || source[0] != Version)
        {
            return false;
        }

        Span<long> members = stackalloc long[6];
        for (var i = 0; i < members.Length; i++)
        {
            members[i] = BinaryPrimitives.ReadInt64LittleEndian(source[(1 + (i * sizeof(long)))..]);
            if (members[i] < 0)
            {
                return false;
            }
        }

        tally = new NorthTally(new(members[0]), members[1], members[2], members[3], members[4], members[5]);
        return true;
    }
}
