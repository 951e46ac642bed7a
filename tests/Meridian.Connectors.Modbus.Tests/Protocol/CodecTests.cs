using Meridian.Connectors.Modbus.Protocol;

namespace Meridian.Connectors.Modbus.Tests.Protocol;

/// <summary>The examples of the specification, byte for byte (Modbus Application Protocol V1.1b3 §6).</summary>
public sealed class CodecTests
{
    [Theory]
    [InlineData(1, 0x13, 0x13, "", "0100130013")]
    [InlineData(2, 0xC4, 0x16, "", "0200C40016")]
    [InlineData(3, 0x6B, 3, "", "03006B0003")]
    [InlineData(4, 8, 1, "", "0400080001")]
    [InlineData(5, 0xAC, 1, "FF00", "0500ACFF00")]
    [InlineData(6, 1, 1, "0003", "0600010003")]
    [InlineData(15, 0x13, 10, "CD01", "0F0013000A02CD01")]
    [InlineData(16, 1, 2, "000A0102", "100001000204000A0102")]
    public void Request_OfTheSpecification_HasItsBytes(
        int function, int address, int count, string values, string bytes)
    {
        var request = new ModbusRequest(
            7, (ModbusFunction)function, (ushort)address, (ushort)count, Convert.FromHexString(values));
        var buffer = new byte[ModbusLimits.MaxPduBytes];

        var length = RequestPdu.Write(request, buffer);
        var read = RequestPdu.Read(7, buffer.AsMemory(0, length));

        Assert.Equal(bytes, Convert.ToHexString(buffer.AsSpan(0, length)));
        Assert.Equal(
            (request.Function, request.Address, request.Count, values),
            (read.Function, read.Address, read.Count, Convert.ToHexString(read.Values.Span)));
    }

    [Theory]
    [InlineData(1, 0x13, 0x13, "0103CD6B05", "CD6B05")]
    [InlineData(3, 0x6B, 3, "0306022B00000064", "022B00000064")]
    [InlineData(4, 8, 1, "0402000A", "000A")]
    public void Answer_ToARead_GivesItsData(int function, int address, int count, string bytes, string data)
    {
        var request = new ModbusRequest(7, (ModbusFunction)function, (ushort)address, (ushort)count);

        var code = ResponsePdu.Read(Convert.FromHexString(bytes), request, out var found);

        Assert.Equal(ModbusExceptionCode.None, code);
        Assert.Equal(data, Convert.ToHexString(found));
    }

    [Fact]
    public void Answer_ThatIsAnException_GivesItsCode() => Assert.Equal(
        ModbusExceptionCode.IllegalDataAddress,
        ResponsePdu.Read([0x81, 0x02], new ModbusRequest(7, ModbusFunction.ReadCoils, 0x04A1, 1), out _));

    [Theory]
    [InlineData("")]
    [InlineData("03")]
    [InlineData("8300")] // No exception has the code 0.
    [InlineData("8402")] // An exception to another function.
    [InlineData("04020001")] // Another function.
    [InlineData("0302000100")] // A byte more than it says.
    [InlineData("030400010002")] // Two registers where one was asked for.
    public void Answer_ThatIsNone_Faults(string bytes) => Assert.Throws<ModbusProtocolException>(
        () => ResponsePdu.Read(
            Convert.FromHexString(bytes), new ModbusRequest(7, ModbusFunction.ReadHoldingRegisters, 0, 1), out _));

    [Fact]
    public void Answer_ToAWriteThatRepeatsAnotherValue_Faults() => Assert.Throws<ModbusProtocolException>(
        () => ResponsePdu.Read(
            Convert.FromHexString("0600010004"),
            new ModbusRequest(7, ModbusFunction.WriteSingleRegister, 1, 1, new byte[] { 0, 3 }),
            out _));

    [Fact]
    public void MbapFrame_OfARequest_HasTheHeaderOfTheSpecification()
    {
        var frame = Frame(ModbusFraming.Tcp, 0x1501, 0xFF, "0300040001");

        Assert.Equal("150100000006FF0300040001", Convert.ToHexString(frame));
        Assert.True(Adu.TryRead(ModbusFraming.Tcp, frame, out var read));
        Assert.Equal(new AduFrame(0x1501, 0xFF, 7, 5, 12), read);
    }

    // Modbus over Serial Line V1.02 §6.2.2: 02 07 has the checksum 1241, sent as 41 12.
    [Fact]
    public void Crc_OfTheSpecificationsExample_IsIts() => Assert.Equal(0x1241, Crc16.Of([0x02, 0x07]));

    [Fact]
    public void RtuFrame_WithAWrongChecksum_Faults()
    {
        var frame = Frame(ModbusFraming.RtuOverTcp, 0, 1, "0302000A");
        frame[3] ^= 1;

        Assert.Throws<ModbusProtocolException>(() => Adu.TryRead(ModbusFraming.RtuOverTcp, frame, out _));
    }

    [Theory]
    [InlineData(ModbusFraming.Tcp)]
    [InlineData(ModbusFraming.RtuOverTcp)]
    public void Frame_ThatIsNotWhole_IsWaitedFor(ModbusFraming framing)
    {
        var frame = Frame(framing, 9, 1, "0302000A");

        for (var length = 0; length < frame.Length; length++)
        {
            Assert.False(Adu.TryRead(framing, frame.AsSpan(0, length), out _));
        }

        Assert.True(Adu.TryRead(framing, frame, out var read));
        Assert.Equal(frame.Length, read.TotalBytes);
    }

    [Theory]
    [InlineData("00010001000601")] // Protocol 1.
    [InlineData("00010000000101")] // No room for a function.
    [InlineData("0001000000FF01")] // 254 bytes of PDU.
    public void MbapHeader_ThatIsNone_FaultsAtOnce(string header) => Assert.Throws<ModbusProtocolException>(
        () => Adu.TryRead(ModbusFraming.Tcp, Convert.FromHexString(header), out _));

    internal static byte[] Frame(ModbusFraming framing, ushort transactionId, byte unitId, string pdu)
    {
        var buffer = new byte[ModbusLimits.MaxAduBytes + 2];
        var bytes = Convert.FromHexString(pdu);
        bytes.CopyTo(buffer, Adu.PduOffset(framing));
        return buffer[..Adu.Complete(framing, buffer, transactionId, unitId, bytes.Length)];
    }
}
