using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Meridian.Connectors.Files.Parts;
using Meridian.Sdk.Readings;

namespace Meridian.Connectors.Files.Encodings;

/// <summary>
/// Readings as they are, until a file can be made of them: every kind, every bit. Each write is a frame with a
/// checksum.
/// </summary>
internal sealed class SpoolWriter : IPartEncoding
{
    private readonly ArrayBufferWriter<byte> _body = new();

    public string Extension => PartName.Spool;

    public ReadOnlyMemory<byte> Header { get; } = SpoolLayout.Mark.ToArray();

    public void Write(ReadOnlySpan<Reading> readings, IBufferWriter<byte> output)
    {
        _body.ResetWrittenCount();
        foreach (ref readonly var reading in readings)
        {
            Write(reading);
        }

        var head = output.GetSpan(SpoolLayout.FrameHeadBytes);
        BinaryPrimitives.WriteInt32LittleEndian(head, _body.WrittenCount);
        BinaryPrimitives.WriteUInt32LittleEndian(head[sizeof(int)..], SpoolLayout.ChecksumOf(_body.WrittenSpan));
        output.Advance(SpoolLayout.FrameHeadBytes);
        output.Write(_body.WrittenSpan);
    }

    public void Dispose()
    {
        // Nothing is held.
    }

    private void Write(in Reading reading)
    {
        const int FixedBytes = sizeof(long) + sizeof(uint) + 1;
        WriteText(reading.Point);
        var fixedPart = _body.GetSpan(FixedBytes);
        BinaryPrimitives.WriteInt64LittleEndian(fixedPart, reading.Timestamp.UtcTicks);
        BinaryPrimitives.WriteUInt32LittleEndian(fixedPart[sizeof(long)..], reading.Quality.StatusCode);
        fixedPart[FixedBytes - 1] = (byte)reading.Value.Kind;
        _body.Advance(FixedBytes);
        var value = reading.Value;
        switch (value.Kind)
        {
            case ReadingValueKind.Double:
                WriteBits(BitConverter.DoubleToInt64Bits(value.AsDouble()));
                break;
            case ReadingValueKind.Int64:
                WriteBits(value.AsInt64());
                break;
            case ReadingValueKind.UInt64:
                WriteBits(unchecked((long)value.AsUInt64()));
                break;
            case ReadingValueKind.Boolean:
                _body.Write([value.AsBoolean() ? (byte)1 : (byte)0]);
                break;
            case ReadingValueKind.String or ReadingValueKind.Json:
                WriteText(value.AsString());
                break;
            case ReadingValueKind.Bytes:
                WriteLength(value.AsBytes().Length);
                _body.Write(value.AsBytes().Span);
                break;
            default:
                break;
        }
    }

    private void WriteBits(long bits)
    {
        BinaryPrimitives.WriteInt64LittleEndian(_body.GetSpan(sizeof(long)), bits);
        _body.Advance(sizeof(long));
    }

    private void WriteText(string text)
    {
        WriteLength(Encoding.UTF8.GetByteCount(text));
        Encoding.UTF8.GetBytes(text, _body);
    }

    private void WriteLength(int length)
    {
        BinaryPrimitives.WriteInt32LittleEndian(_body.GetSpan(sizeof(int)), length);
        _body.Advance(sizeof(int));
    }
}
