using System.Runtime.InteropServices;

namespace Meridian.Journal;

/// <summary>How far a source has come with one of its keys, to be stored with the data that took it there.</summary>
/// <param name="Key">What it is about, unique within the source: 1 to 1,024 bytes of UTF-8.</param>
/// <param name="Value">The bytes to find again with <see cref="JournalLog.TryGetCheckpoint"/>: at most 4,096. None
/// forgets the key.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct JournalCheckpoint(string Key, ReadOnlyMemory<byte> Value);
