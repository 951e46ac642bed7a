using System.Runtime.InteropServices;

namespace Meridian.Journal.Cursors;

/// <summary>How much one read may give. A single record is given whole even when it is larger than both
/// limits.</summary>
/// <param name="MaxData">The most data; 0 means 10,000.</param>
/// <param name="MaxBytes">The most bytes of records; 0 means 1 MiB.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct JournalReadLimits(int MaxData = 0, int MaxBytes = 0)
{
    internal long Data => MaxData > 0 ? MaxData : JournalLimits.DefaultReadData;

    internal int Bytes => MaxBytes > 0 ? MaxBytes : JournalLimits.DefaultReadBytes;
}
