using System.Globalization;
using System.Text;
using Meridian.Connectors.Modbus.Protocol;

namespace Meridian.Connectors.Modbus.Tests.Protocol;

public sealed class IdentificationTests
{
    private static readonly ModbusRequest Request = new(1, ModbusFunction.ReadDeviceIdentification, 0, 1);

    // The example of §6.21.
    [Fact]
    public void Answer_OfTheSpecification_GivesItsObjects()
    {
        var pdu = Pdu("2B0E0101000003", (0, "Company identification"), (1, "Product code XX"), (2, "V2.11"));

        var (texts, next) = Read(pdu);

        Assert.Equal("0 Company identification, 1 Product code XX, 2 V2.11", texts);
        Assert.Null(next);
    }

    [Fact]
    public void Answer_ThatHasMoreToFollow_NamesTheNext() => Assert.Equal(
        ("0 Acme", (byte?)1), Read(Pdu("2B0E0101FF0101", (0, "Acme"))));

    [Fact]
    public void Request_OfTheSpecification_HasItsBytes()
    {
        var buffer = new byte[ModbusLimits.MaxPduBytes];

        Assert.Equal("2B0E0100", Convert.ToHexString(buffer.AsSpan(0, RequestPdu.Write(Request, buffer))));
    }

    [Theory]
    [InlineData("2B")]
    [InlineData("2B0D0101000000")] // Another interface.
    [InlineData("2B0E0101000001")] // The object is missing.
    [InlineData("2B0E01010000010005416263")] // Its text is too short.
    [InlineData("2B0E01010000010003416263FF")] // More than it says.
    public void Answer_ThatIsNone_Faults(string pdu) => Assert.Throws<ModbusProtocolException>(
        () => ResponsePdu.Read(Convert.FromHexString(pdu), Request, out _));

    [Fact]
    public void RtuFrame_OfAnIdentification_IsWaitedForToItsEnd()
    {
        var frame = CodecTests.Frame(
            ModbusFraming.RtuOverTcp, 0, 1, Convert.ToHexString(Pdu("2B0E0101000002", (0, "Acme"), (1, "PLC"))));

        for (var length = 0; length < frame.Length; length++)
        {
            Assert.False(Adu.TryRead(ModbusFraming.RtuOverTcp, frame.AsSpan(0, length), out _));
        }

        Assert.True(Adu.TryRead(ModbusFraming.RtuOverTcp, frame, out var read));
        Assert.Equal(frame.Length, read.TotalBytes);
    }

    private static byte[] Pdu(string header, params (byte Number, string Text)[] objects) =>
    [
        .. Convert.FromHexString(header),
        .. objects.SelectMany(static one =>
            (byte[])[one.Number, (byte)one.Text.Length, .. Encoding.ASCII.GetBytes(one.Text)]),
    ];

    private static (string Texts, byte? Next) Read(byte[] pdu)
    {
        Assert.Equal(ModbusExceptionCode.None, ResponsePdu.Read(pdu, Request, out var data));
        var texts = new List<string>();
        var next = DeviceIdentification.ReadObjects(data, (number, text) =>
            texts.Add(string.Create(CultureInfo.InvariantCulture, $"{number} {Encoding.ASCII.GetString(text)}")));
        return (string.Join(", ", texts), next);
    }
}
