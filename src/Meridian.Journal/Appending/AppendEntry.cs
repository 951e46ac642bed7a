using System.Runtime.InteropServices;
using Meridian.Journal.Format;

namespace Meridian.Journal.Appending;

/// <summary>What a caller wants to append.</summary>
/// <param name="Source">Who writes.</param>
/// <param name="Count">How many data; 0 for checkpoints without content.</param>
/// <param name="ContentType">The caller's own number.</param>
/// <param name="Payload">The content.</param>
/// <param name="Checkpoints">What goes with it.</param>
/// <param name="File">The file it refers to.</param>
/// <param name="AttachedBytes">What <see cref="Attachments.SizeOf(ReadOnlySpan{JournalCheckpoint}, JournalFile?)"/>
/// said.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct AppendEntry(
    JournalSource Source,
    int Count,
    byte ContentType,
    ReadOnlyMemory<byte> Payload,
    ReadOnlyMemory<JournalCheckpoint> Checkpoints,
    JournalFile? File,
    int AttachedBytes)
{
    /// <summary>The bytes of its record.</summary>
    public int Size => RecordHeader.Size + AttachedBytes + Payload.Length;
}
