using System.Buffers.Binary;
using System.Globalization;

namespace Meridian.Connectors.Modbus.Protocol;

/// <summary>
/// Answers as bytes and back (Modbus Application Protocol V1.1b3 §6, §7): a read answers with its function code, a byte
/// count and the values; a write repeats the request's first five bytes (the value or the count); an exception is the
/// function code with its top bit set, and a code.
/// </summary>
internal static class ResponsePdu
{
    private const byte ExceptionBit = 0x80;
    private const int EchoBytes = 5;

    /// <summary>Reads the answer to a request.</summary>
    /// <param name="pdu">The whole PDU.</param>
    /// <param name="request">What was asked.</param>
    /// <param name="data">What a read has read, a part of <paramref name="pdu"/>; else empty.</param>
    /// <returns>Why the device refuses, or none.</returns>
    /// <exception cref="ModbusProtocolException">It is no answer to that request.</exception>
    public static ModbusExceptionCode Read(
        ReadOnlySpan<byte> pdu, in ModbusRequest request, out ReadOnlySpan<byte> data)
    {
        data = default;
        var function = (byte)request.Function;
        if (pdu.Length == 2 && pdu[0] == (function | ExceptionBit) && pdu[1] != 0)
        {
            return (ModbusExceptionCode)pdu[1];
        }

        if (pdu.IsEmpty || pdu[0] != function)
        {
            throw Wrong(request, $"begins with {(pdu.IsEmpty ? "nothing" : Convert.ToHexString(pdu[..1]))}");
        }

        if (request.Function == ModbusFunction.ReadDeviceIdentification)
        {
            data = DeviceIdentification.Check(pdu);
            return ModbusExceptionCode.None;
        }

        if (!(request.Function.ReadsBits() || request.Function.ReadsRegisters()))
        {
            ReadEcho(pdu, request);
            return ModbusExceptionCode.None;
        }

        var length = request.Function.BytesOf(request.Count);
        if (pdu.Length != 2 + length || pdu[1] != length)
        {
            throw Wrong(request, $"has {pdu.Length} bytes in place of {2 + length}");
        }

        data = pdu[2..];
        return ModbusExceptionCode.None;
    }

    /// <summary>Writes the answer to a read.</summary>
    /// <param name="function">The function that was asked for.</param>
    /// <param name="data">What was read, as on the wire.</param>
    /// <param name="to">Where; <see cref="ModbusLimits.MaxPduBytes"/> are always enough.</param>
    /// <returns>How many bytes it has.</returns>
    public static int WriteData(ModbusFunction function, ReadOnlySpan<byte> data, Span<byte> to)
    {
        to[0] = (byte)function;
        to[1] = (byte)data.Length;
        data.CopyTo(to[2..]);
        return 2 + data.Length;
    }

    /// <summary>Writes the answer to a write that was carried out.</summary>
    /// <param name="request">The request.</param>
    /// <param name="to">Where.</param>
    /// <returns>How many bytes it has.</returns>
    public static int WriteEcho(in ModbusRequest request, Span<byte> to)
    {
        to[0] = (byte)request.Function;
        BinaryPrimitives.WriteUInt16BigEndian(to[1..], request.Address);
        if (request.Function.WritesOne())
        {
            request.Values.Span[..2].CopyTo(to[3..]);
        }
        else
        {
            BinaryPrimitives.WriteUInt16BigEndian(to[3..], request.Count);
        }

        return EchoBytes;
    }

    /// <summary>Writes a refusal.</summary>
    /// <param name="function">The function that was asked for.</param>
    /// <param name="code">Why.</param>
    /// <param name="to">Where.</param>
    /// <returns>How many bytes it has.</returns>
    public static int WriteException(ModbusFunction function, ModbusExceptionCode code, Span<byte> to)
    {
        to[0] = (byte)((byte)function | ExceptionBit);
        to[1] = (byte)code;
        return 2;
    }

    private static void ReadEcho(ReadOnlySpan<byte> pdu, in ModbusRequest request)
    {
        Span<byte> expected = stackalloc byte[EchoBytes];
        WriteEcho(request, expected);
        if (!pdu.SequenceEqual(expected))
        {
            throw Wrong(request, $"does not repeat the request: {Convert.ToHexString(pdu)}");
        }
    }

    private static ModbusProtocolException Wrong(in ModbusRequest request, FormattableString how) =>
        new(string.Create(
            CultureInfo.InvariantCulture,
            $"The answer to function {(byte)request.Function} for {request.Count} from {request.Address} of unit "
            + $"{request.UnitId} {how.ToString(CultureInfo.InvariantCulture)}."));
}
