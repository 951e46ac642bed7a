using System.Buffers;
using Meridian.Sdk.Readings;

namespace Meridian.Connectors.Files.Encodings;

/// <summary>
/// How readings are bytes in a part: bytes can be added at its end, and what it has up to a length stands alone. One
/// thread at a time.
/// </summary>
internal interface IPartEncoding : IDisposable
{
    /// <summary>What the part's name ends with.</summary>
    string Extension { get; }

    /// <summary>What a part begins with.</summary>
    ReadOnlyMemory<byte> Header { get; }

    /// <summary>Writes readings, without the header.</summary>
    void Write(ReadOnlySpan<Reading> readings, IBufferWriter<byte> output);
}
