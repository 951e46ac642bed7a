using System.Runtime.InteropServices;
using Meridian.Journal.Format;

namespace Meridian.Journal.Appending;

/// <summary>What a caller wants to append.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct AppendEntry(
    JournalSource Source, int Count, byte ContentType, ReadOnlyMemory<byte> Payload)
{
    /// <summary>The bytes of its record.</summary>
    public int Size => RecordHeader.Size + Payload.Length;
}
