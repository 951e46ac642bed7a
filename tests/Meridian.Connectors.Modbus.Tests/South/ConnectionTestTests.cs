using System.Text;
using Meridian.Connectors.Modbus.Protocol;
using Meridian.Connectors.Modbus.South;
using Meridian.Sdk.Faults;

namespace Meridian.Connectors.Modbus.Tests.South;

/// <summary>What a test of the connection tells of the device.</summary>
public sealed class ConnectionTestTests
{
    [Theory]
    [InlineData(PeerKind.Pymodbus)]
    [InlineData(PeerKind.PymodbusRtuOverTcp)]
    public async Task Device_ThatIdentifiesItself_IsNamed(PeerKind kind)
    {
        await using var server = await kind.StartAsync();

        var facts = await TestAsync(kind.SettingsOf(server.Port));

        Assert.Equal("Pymodbus, PM, 3.0", facts["Unit 1 is"]);
        Assert.StartsWith("answers within", facts["Unit 1"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Device_ThatGivesOneObjectAtATime_IsAskedForAll()
    {
        string[] texts = ["Acme", "PLC\u0007", "1.2"];
        await using var device = new FakeDevice(request => Identify(request, first => Pdu(
            [Encoding.ASCII.GetBytes(texts[first])], first, first < 2 ? (byte)(first + 1) : null)));

        Assert.Equal("Acme, PLC?, 1.2", (await TestAsync(SouthRig.SettingsOf(device.Port)))["Unit 1 is"]);
    }

    [Fact]
    public async Task Device_WithoutThatFunction_IsNotNamed()
    {
        await using var device = new FakeDevice(static request => Identify(request, static _ => [0xAB, 0x01]));

        var facts = await TestAsync(SouthRig.SettingsOf(device.Port));

        Assert.False(facts.ContainsKey("Unit 1 is"));
        Assert.StartsWith("answers within", facts["Unit 255"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Device_ThatAnswersThatFunctionWrongly_IsTestedAllTheSame()
    {
        await using var device = new FakeDevice(static request => Identify(request, static _ => [0x2B, 0x0E, 0x01]));

        var facts = await TestAsync(SouthRig.SettingsOf(device.Port));

        Assert.Equal("not told: The answer to function 43 is no identification: 2B0E01.", facts["Unit 1 is"]);
        Assert.StartsWith("answers within", facts["Unit 255"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Device_ThatIsMute_DoesNotWork_AndTheWordsSayWhatElseItMayBe()
    {
        await using var device = new FakeDevice(static _ => []);

        var fault = await Assert.ThrowsAsync<ConnectorException>(() => TestAsync(SouthRig.SettingsOf(device.Port)));

        Assert.Equal(Fault.Unreachable, fault.Fault);
        Assert.Equal(
            $"Modbus device 127.0.0.1:{device.Port} is connected, but neither unit 1 nor unit 255 answers within "
            + "0.5 s. If its units are others, test an item of one; else check settings.port and settings.framing.",
            fault.Message);
    }

    private static async Task<Dictionary<string, string>> TestAsync(ModbusSouthSettings settings)
    {
        await using var rig = new SouthRig(settings);
        return (await rig.South.TestConnectionAsync(CancellationToken.None))
            .ToDictionary(static one => one.Key, static one => one.Value, StringComparer.Ordinal);
    }

    /// <summary>Registers are read as 7; an identification is answered as told.</summary>
    private static IEnumerable<byte[]> Identify(byte[] request, Func<byte, byte[]> answer)
    {
        var asked = FakeDevice.Parse(request);
        if (asked.Function != ModbusFunction.ReadDeviceIdentification)
        {
            return [FakeDevice.Registers(request, 7)];
        }

        var pdu = answer((byte)asked.Address);
        return [[.. request[..4], 0, (byte)(pdu.Length + 1), request[6], .. pdu]];
    }

    private static byte[] Pdu(IReadOnlyList<byte[]> objects, byte first, byte? next)
    {
        var buffer = new byte[ModbusLimits.MaxPduBytes];
        return buffer[..DeviceIdentification.WriteResponse(objects, first, next, buffer)];
    }
}
