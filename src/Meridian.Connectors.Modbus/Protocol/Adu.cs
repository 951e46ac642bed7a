using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Meridian.Connectors.Modbus.Protocol;

/// <summary>
/// Frames around PDUs. Over TCP a header of seven bytes (Modbus Messaging on TCP/IP V1.0b §3.1.3):
/// <code>
/// | transaction 2 | protocol = 0 2 | length 2: unit and PDU | unit 1 | PDU … |
/// </code>
/// As RTU (Modbus over Serial Line V1.02 §2.5.1), whose end only the PDU itself tells where there are no pauses:
/// <code>
/// | unit 1 | PDU … | CRC 2, low byte first |
/// </code>
/// </summary>
internal static class Adu
{
    private const int MbapBytes = 7;
    private const int CrcBytes = 2;
    private const byte ExceptionBit = 0x80;

    /// <summary>Where in a frame the PDU begins.</summary>
    public static int PduOffset(ModbusFraming framing) => framing == ModbusFraming.Tcp ? MbapBytes : 1;

    /// <summary>Completes a frame whose PDU already lies at <see cref="PduOffset"/>.</summary>
    /// <param name="framing">The framing.</param>
    /// <param name="frame">The frame's room.</param>
    /// <param name="transactionId">Names the transaction; unused in RTU.</param>
    /// <param name="unitId">The unit.</param>
    /// <param name="pduBytes">The PDU's length.</param>
    /// <returns>The frame's length.</returns>
    public static int Complete(
        ModbusFraming framing, Span<byte> frame, ushort transactionId, byte unitId, int pduBytes)
    {
        if (framing == ModbusFraming.Tcp)
        {
            BinaryPrimitives.WriteUInt16BigEndian(frame, transactionId);
            BinaryPrimitives.WriteUInt16BigEndian(frame[2..], 0);
            BinaryPrimitives.WriteUInt16BigEndian(frame[4..], (ushort)(pduBytes + 1));
            frame[6] = unitId;
            return MbapBytes + pduBytes;
        }

        frame[0] = unitId;
        var length = 1 + pduBytes;
        BinaryPrimitives.WriteUInt16LittleEndian(frame[length..], Crc16.Of(frame[..length]));
        return length + CrcBytes;
    }

    /// <summary>Reads one frame from the beginning of what has come.</summary>
    /// <param name="framing">The framing. Over RTU only answers can be read: a request has another length.</param>
    /// <param name="bytes">What has come.</param>
    /// <param name="frame">Where its parts are.</param>
    /// <returns>False when there are not enough bytes yet.</returns>
    /// <exception cref="ModbusProtocolException">The bytes are no frame.</exception>
    public static bool TryRead(ModbusFraming framing, ReadOnlySpan<byte> bytes, out AduFrame frame) =>
        framing == ModbusFraming.Tcp ? TryReadMbap(bytes, out frame) : TryReadRtu(bytes, out frame);

    private static bool TryReadMbap(ReadOnlySpan<byte> bytes, out AduFrame frame)
    {
        frame = default;
        if (bytes.Length < MbapBytes)
        {
            return false;
        }

        var protocol = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        var length = BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]);
        if (protocol != 0 || length < 2 || length > ModbusLimits.MaxPduBytes + 1)
        {
            throw new ModbusProtocolException(
                $"What came is no Modbus TCP: {Convert.ToHexString(bytes[..MbapBytes])} has protocol {protocol} in "
                + $"place of 0, or length {length} beyond 2 to {ModbusLimits.MaxPduBytes + 1}.");
        }

        var total = MbapBytes - 1 + length;
        if (bytes.Length < total)
        {
            return false;
        }

        frame = new AduFrame(BinaryPrimitives.ReadUInt16BigEndian(bytes), bytes[6], MbapBytes, length - 1, total);
        return true;
    }

    private static bool TryReadRtu(ReadOnlySpan<byte> bytes, out AduFrame frame)
    {
        frame = default;
        if (bytes.Length < 3)
        {
            return false;
        }

        var function = (ModbusFunction)bytes[1];
        var pduBytes = (bytes[1] & ExceptionBit) != 0 ? 2
            : function == ModbusFunction.ReadDeviceIdentification ? DeviceIdentification.MeasureResponse(bytes[1..])
            : function.ReadsBits() || function.ReadsRegisters() ? 2 + bytes[2]
            : function.WritesOne() || function.WritesSeveral() ? 5
            : throw new ModbusProtocolException(
                $"What came is no Modbus RTU: {Convert.ToHexString(bytes[..3])} names function {bytes[1]}.");
        if (pduBytes > ModbusLimits.MaxPduBytes)
        {
            throw new ModbusProtocolException($"What came is no Modbus RTU: {pduBytes} bytes of data are too many.");
        }

        var length = 1 + pduBytes;
        if (bytes.Length < length + CrcBytes)
        {
            return false;
        }

        var crc = BinaryPrimitives.ReadUInt16LittleEndian(bytes[length..]);
        if (crc != Crc16.Of(bytes[..length]))
        {
            throw new ModbusProtocolException(
                $"The checksum of a frame of unit {bytes[0]} is {crc:X4} in place of {Crc16.Of(bytes[..length]):X4}: "
                + "the line is disturbed, or settings.framing is wrong.");
        }

        frame = new AduFrame(0, bytes[0], 1, pduBytes, length + CrcBytes);
        return true;
    }
}

/// <summary>Where in the bytes the parts of a frame are.</summary>
/// <param name="TransactionId">The transaction; 0 in RTU.</param>
/// <param name="UnitId">The unit.</param>
/// <param name="PduOffset">Where the PDU begins.</param>
/// <param name="PduBytes">How long it is.</param>
/// <param name="TotalBytes">How long the frame is.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct AduFrame(
    ushort TransactionId, byte UnitId, int PduOffset, int PduBytes, int TotalBytes);
