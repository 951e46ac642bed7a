using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Meridian.Engine.Accounts;

/// <summary>A South's counts, but for its groups, and their checkpoint. Drawn in docs/formats/account.md.</summary>
/// <param name="Received">What it has brought.</param>
/// <param name="Repeated">Data marked as sent again.</param>
/// <param name="Undecoded">Data kept as the bytes that came.</param>
/// <param name="LetGo">Data that never came to the disk.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct SouthTotals(long Received, long Repeated, long Undecoded, long LetGo)
{
    /// <summary>The key of its checkpoint.</summary>
    public const string Key = "#account";

    /// <summary>How many bytes <see cref="Write"/> writes.</summary>
    public const int SizeBytes = 1 + (4 * sizeof(long));

    private const byte Version = 1;

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <returns>Whether it could be read.</returns>
    public static bool TryRead(ReadOnlySpan<byte> value, out SouthTotals totals)
    {
        totals = default;
        if (value.Length != SizeBytes || value[0] != Version)
        {
            return false;
        }

        totals = new SouthTotals(At(value, 0), At(value, 1), At(value, 2), At(value, 3));
        return true;
    }

    /// <summary>Writes a checkpoint.</summary>
    public void Write(Span<byte> value)
    {
        value[0] = Version;
        ReadOnlySpan<long> counts = [Received, Repeated, Undecoded, LetGo];
        for (var i = 0; i < counts.Length; i++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(value[(1 + (i * sizeof(long)))..], counts[i]);
        }
    }

    private static long At(ReadOnlySpan<byte> value, int index) =>
        BinaryPrimitives.ReadInt64LittleEndian(value[(1 + (index * sizeof(long)))..]);
}
