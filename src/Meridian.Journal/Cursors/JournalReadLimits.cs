using System.Runtime.InteropServices;

namespace Meridian.Journal.Cursors;

/// <summary>How much one read may give, and how long it may gather. A single record is given whole even when it is
/// larger than all limits.</summary>
/// <param name="MaxData">The most data; 0 means 10,000.</param>
/// <param name="MaxBytes">The most bytes of records; 0 means 1 MiB.</param>
/// <param name="MaxRecords">The most records; 0 means any number.</param>
/// <param name="Linger">
/// How long <see cref="JournalCursor.ReadAsync"/> waits for more, from the moment it finds less than
/// <paramref name="MaxData"/>; zero gives at once what is there.
/// </param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct JournalReadLimits(
    int MaxData = 0, int MaxBytes = 0, int MaxRecords = 0, TimeSpan Linger = default)
{
    internal long Data => MaxData > 0 ? MaxData : JournalLimits.DefaultReadData;

    internal int Bytes => MaxBytes > 0 ? MaxBytes : JournalLimits.DefaultReadBytes;

    internal int Records => MaxRecords > 0 ? MaxRecords : int.MaxValue;
}
