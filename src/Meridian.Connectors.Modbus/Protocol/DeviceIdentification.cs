namespace Meridian.Connectors.Modbus.Protocol;

/// <summary>
/// What a device says of itself: vendor, product and revision (Modbus Application Protocol V1.1b3 §6.21). Its answer:
/// <code>
/// | 43 | 14 | category 1 | conformity 1 | more follows 1 | next object 1 | count 1 | { id 1 | length 1 | text … } … |
/// </code>
/// </summary>
internal static class DeviceIdentification
{
    /// <summary>The objects of the basic category, which every device that identifies itself has.</summary>
    public const int BasicObjects = 3;

    private const byte Mei = 14;
    private const byte BasicCategory = 1;
    private const int RequestBytes = 4;
    private const int HeaderBytes = 7;
    private const int ObjectHeaderBytes = 2;
    private const byte MoreFollows = 0xFF;

    /// <summary>Writes a request for the basic objects.</summary>
    /// <param name="first">The first object.</param>
    /// <param name="to">Where.</param>
    /// <returns>How many bytes it has.</returns>
    public static int WriteRequest(byte first, Span<byte> to)
    {
        to[0] = (byte)ModbusFunction.ReadDeviceIdentification;
        to[1] = Mei;
        to[2] = BasicCategory;
        to[3] = first;
        return RequestBytes;
    }

    /// <summary>Reads a request, as a device does.</summary>
    /// <param name="pdu">The whole PDU.</param>
    /// <returns>The first object that is asked for.</returns>
    /// <exception cref="ModbusProtocolException">It is no request for the basic objects.</exception>
    public static byte ReadRequest(ReadOnlySpan<byte> pdu) =>
        pdu.Length == RequestBytes && pdu[1] == Mei && pdu[2] == BasicCategory
            ? pdu[3]
            : throw new ModbusProtocolException(
                $"A request of function 43 is not for a basic identification: {Convert.ToHexString(pdu)}.");

    /// <summary>How long an answer is, of which only a beginning may have come.</summary>
    /// <param name="pdu">The beginning.</param>
    /// <returns>Its length as far as it is known: more than there is where more must come.</returns>
    public static int MeasureResponse(ReadOnlySpan<byte> pdu)
    {
        if (pdu.Length < HeaderBytes)
        {
            return HeaderBytes;
        }

        var length = HeaderBytes;
        for (var i = 0; i < pdu[HeaderBytes - 1] && length <= ModbusLimits.MaxPduBytes; i++)
        {
            if (pdu.Length < length + ObjectHeaderBytes)
            {
                return length + ObjectHeaderBytes;
            }

            length += ObjectHeaderBytes + pdu[length + 1];
        }

        return length;
    }

    /// <summary>Looks whether an answer is whole and of the right form.</summary>
    /// <param name="pdu">The whole PDU.</param>
    /// <returns>What follows the function code and the MEI type.</returns>
    /// <exception cref="ModbusProtocolException">It is no identification.</exception>
    public static ReadOnlySpan<byte> Check(ReadOnlySpan<byte> pdu) =>
        pdu.Length >= HeaderBytes && pdu[1] == Mei && MeasureResponse(pdu) == pdu.Length
            ? pdu[2..]
            : throw new ModbusProtocolException(
                $"The answer to function 43 is no identification: {Convert.ToHexString(pdu)}.");

    /// <summary>Reads the objects of an answer.</summary>
    /// <param name="data">What <see cref="Check"/> gave.</param>
    /// <param name="take">Called with the number and the text of each; the text is lent.</param>
    /// <returns>The object to go on with; null when that was all.</returns>
    public static byte? ReadObjects(ReadOnlySpan<byte> data, Action<byte, ReadOnlySpan<byte>> take)
    {
        const int CheckedBytes = 2;
        var rest = data[(HeaderBytes - CheckedBytes)..];
        while (!rest.IsEmpty)
        {
            var length = rest[1];
            take(rest[0], rest.Slice(ObjectHeaderBytes, length));
            rest = rest[(ObjectHeaderBytes + length)..];
        }

        return data[2] == MoreFollows ? data[3] : null;
    }

    /// <summary>Writes an answer, as a device does.</summary>
    /// <param name="objects">The objects from the first that was asked for; all must fit.</param>
    /// <param name="first">The number of the first.</param>
    /// <param name="next">The object to go on with; null when these are all.</param>
    /// <param name="to">Where.</param>
    /// <returns>How many bytes it has.</returns>
    public static int WriteResponse(IReadOnlyList<byte[]> objects, byte first, byte? next, Span<byte> to)
    {
        to[0] = (byte)ModbusFunction.ReadDeviceIdentification;
        to[1] = Mei;
        to[2] = BasicCategory;
        to[3] = BasicCategory; // The conformity: it has no more than the basic objects.
        to[4] = next is null ? (byte)0 : MoreFollows;
        to[5] = next ?? 0;
        to[6] = (byte)objects.Count;
        var length = HeaderBytes;
        for (var i = 0; i < objects.Count; i++)
        {
            to[length] = (byte)(first + i);
            to[length + 1] = (byte)objects[i].Length;
            objects[i].CopyTo(to[(length + ObjectHeaderBytes)..]);
            length += ObjectHeaderBytes + objects[i].Length;
        }

        return length;
    }
}
