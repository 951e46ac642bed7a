using System.Buffers.Binary;
using System.Globalization;

namespace Meridian.Connectors.Modbus.Protocol;

/// <summary>
/// Requests as bytes and back (Modbus Application Protocol V1.1b3 §6): function code, address, then the count or, for
/// one coil or register, its value; for several the count, a byte count and the values.
/// </summary>
internal static class RequestPdu
{
    private const int HeaderBytes = 5;

    /// <summary>Writes a request.</summary>
    /// <param name="request">The request; within the limits of its function.</param>
    /// <param name="to">Where; <see cref="ModbusLimits.MaxPduBytes"/> are always enough.</param>
    /// <returns>How many bytes it has.</returns>
    public static int Write(in ModbusRequest request, Span<byte> to)
    {
        var function = request.Function;
        to[0] = (byte)function;
        if (function == ModbusFunction.ReadDeviceIdentification)
        {
            return DeviceIdentification.WriteRequest((byte)request.Address, to);
        }

        BinaryPrimitives.WriteUInt16BigEndian(to[1..], request.Address);
        if (function.WritesOne())
        {
            request.Values.Span[..2].CopyTo(to[3..]);
            return HeaderBytes;
        }

        BinaryPrimitives.WriteUInt16BigEndian(to[3..], request.Count);
        if (!function.WritesSeveral())
        {
            return HeaderBytes;
        }

        var values = request.Values.Span[..function.BytesOf(request.Count)];
        to[HeaderBytes] = (byte)values.Length;
        values.CopyTo(to[(HeaderBytes + 1)..]);
        return HeaderBytes + 1 + values.Length;
    }

    /// <summary>Reads a request, as a device does.</summary>
    /// <param name="unitId">The unit that the frame names.</param>
    /// <param name="pdu">The whole PDU; the request's values are a part of it.</param>
    /// <exception cref="ModbusProtocolException">It is none of the functions here, or breaks its form.</exception>
    public static ModbusRequest Read(byte unitId, ReadOnlyMemory<byte> pdu)
    {
        var bytes = pdu.Span;
        var function = bytes.IsEmpty ? ModbusFunction.None : (ModbusFunction)bytes[0];
        if (function == ModbusFunction.ReadDeviceIdentification)
        {
            return new ModbusRequest(unitId, function, DeviceIdentification.ReadRequest(bytes), 1);
        }

        if (bytes.Length < HeaderBytes || !(IsRead(function) || function.WritesOne() || function.WritesSeveral()))
        {
            throw Wrong(function, $"has {bytes.Length} bytes or is unknown");
        }

        var address = BinaryPrimitives.ReadUInt16BigEndian(bytes[1..]);
        var count = function.WritesOne() ? (ushort)1 : BinaryPrimitives.ReadUInt16BigEndian(bytes[3..]);
        if (count == 0 || count > function.MaxCount() || address + count > ModbusLimits.AddressCount)
        {
            throw Wrong(function, $"asks for {count} from {address}; it may ask for 1 to {function.MaxCount()}");
        }

        var valueBytes = function.WritesSeveral() ? function.BytesOf(count) : 0;
        var length = function.WritesSeveral() ? HeaderBytes + 1 + valueBytes : HeaderBytes;
        if (bytes.Length != length || (function.WritesSeveral() && bytes[HeaderBytes] != valueBytes))
        {
            throw Wrong(function, $"has {bytes.Length} bytes in place of {length}");
        }

        return new ModbusRequest(
            unitId,
            function,
            address,
            count,
            function.WritesOne() ? pdu[3..HeaderBytes] : IsRead(function) ? default : pdu[(HeaderBytes + 1)..]);
    }

    private static bool IsRead(ModbusFunction function) => function.ReadsBits() || function.ReadsRegisters();

    private static ModbusProtocolException Wrong(ModbusFunction function, FormattableString how) =>
        new(string.Create(
            CultureInfo.InvariantCulture,
            $"A request of function {(byte)function} {how.ToString(CultureInfo.InvariantCulture)}."));
}
