using System.Buffers;
using System.Buffers.Binary;

namespace Meridian.Engine.History.Checkpoints;

/// <summary>Writes one checkpoint: a version, what is given, and a checksum over all of it.</summary>
internal ref struct CheckpointWriter
{
    private readonly ArrayBufferWriter<byte> _bytes;

    /// <summary>Begins with the version.</summary>
    public CheckpointWriter(byte version)
    {
        _bytes = new ArrayBufferWriter<byte>(64);
        _bytes.Write([version]);
    }

    /// <summary>An unsigned integer: seven bits a byte, lowest first, the top bit says that more follows.</summary>
    public readonly void WriteVarint(long value)
    {
        var rest = (ulong)value;
        for (; rest > 0x7F; rest >>= 7)
        {
            _bytes.Write([(byte)(rest | 0x80)]);
        }

        _bytes.Write([(byte)rest]);
    }

    /// <summary>Eight bytes, little-endian.</summary>
    public readonly void WriteUInt64(ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(_bytes.GetSpan(sizeof(ulong)), value);
        _bytes.Advance(sizeof(ulong));
    }

    /// <summary>Ends with the checksum.</summary>
    public readonly ReadOnlyMemory<byte> Finish()
    {
        var checksum = CheckpointChecksum.Of(_bytes.WrittenSpan);
        BinaryPrimitives.WriteUInt32LittleEndian(_bytes.GetSpan(sizeof(uint)), checksum);
        _bytes.Advance(sizeof(uint));
        return _bytes.WrittenMemory;
    }
}
