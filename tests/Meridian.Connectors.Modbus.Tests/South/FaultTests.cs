using System.Text;
using Meridian.Connectors.Modbus.South;
using Meridian.Connectors.Modbus.Values;
using Meridian.Fixtures;
using Meridian.Sdk.Faults;
using Meridian.Sdk.Readings;
using Meridian.Sdk.South;
using Meridian.Testing.Peers;

namespace Meridian.Connectors.Modbus.Tests.South;

/// <summary>What goes wrong between here and a device, in words that help, and that it comes right by itself.</summary>
public sealed class FaultTests
{
    [Fact]
    public async Task Name_ThatNobodyKnows_IsSaid()
    {
        var fault = await ConnectFaultAsync(SouthRig.SettingsOf(502) with { Host = "no-such-plc.invalid" });

        Assert.Equal((Fault.Unreachable, true), (fault.Fault, fault.IsTransient));
        Assert.Contains("no-such-plc.invalid", fault.Message, StringComparison.Ordinal);
        Assert.Contains("settings.host", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Port_ThatNobodyServes_IsRefused()
    {
        var port = FreePort.Next();
        var fault = await ConnectFaultAsync(SouthRig.SettingsOf(port));

        Assert.Equal(Fault.Unreachable, fault.Fault);
        Assert.Contains($"127.0.0.1:{port} refuses the connection", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Device_ThatSpeaksSomethingElse_IsMalformed()
    {
        await using var device = new FakeDevice(
            static _ => [Encoding.ASCII.GetBytes("HTTP/1.1 400 Bad Request\r\n\r\n")]);
        await using var rig = await SouthRig.ConnectAsync(SouthRig.SettingsOf(device.Port));

        var fault = await Assert.ThrowsAsync<ConnectorException>(() => rig.ReadAsync(SouthRig.Register("one", 0)));

        Assert.Equal((Fault.Malformed, true), (fault.Fault, fault.IsTransient));
        Assert.Contains("no Modbus TCP", fault.Message, StringComparison.Ordinal);
        Assert.Contains("settings.framing", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RtuSettings_OnADeviceThatSpeaksTcp_AreSaidToBeWrong()
    {
        await using var server = await ModbusSerialServer.StartAsync();
        await using var rig = await SouthRig.ConnectAsync(SouthRig.Rtu(server.Port));

        // It takes the frame for a header and waits for more, so that it is silent, at first as a unit could be.
        Assert.True((await rig.ReadAsync(SouthRig.Register("one", 0))).Single().Quality.IsBad);
        var fault = await Assert.ThrowsAsync<ConnectorException>(() => rig.ReadAsync(SouthRig.Register("one", 0)));

        Assert.Equal(Fault.Unreachable, fault.Fault);
        Assert.Contains("settings.framing", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GarbledAnswer_ToOneUnit_LeavesTheOthersWell()
    {
        await using var device = new FakeDevice(static request => request[6] == 2
            ? [[0, 0, .. FakeDevice.Registers(request, 1)]]
            : [FakeDevice.Registers(request, 7)]);
        await using var rig = await SouthRig.ConnectAsync(SouthRig.SettingsOf(device.Port));

        var readings = await rig.ReadAsync(
            SouthRig.Register("one", 0),
            SouthRig.Register("two", 0, ModbusType.Uint32, 2),
            SouthRig.Register("three", 0, ModbusType.Auto, 3));

        Assert.Equal([0u, 0x8005_0000, 0u], readings.Select(static reading => reading.Quality.StatusCode));
        Assert.Equal(ReadingValue.From(7L), readings[2].Value);
        Assert.Contains("no Modbus TCP", rig.Context.ItemProblems["two"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Device_ThatRestarts_IsReadAgainByItself()
    {
        await using var server = await ModbusSerialServer.StartAsync();
        await using var rig = await SouthRig.ConnectAsync(SouthRig.SettingsOf(server.Port));
        Item[] items = [SouthRig.Register("one", 0)];
        await rig.ReadAsync(items);

        await server.StopAsync();
        var fault = await Assert.ThrowsAsync<ConnectorException>(() => rig.ReadAsync(items));
        await server.RestartAsync();
        await server.SetAsync("hr", 1, 0, 9);
        var reading = (await rig.ReadAsync(items)).Single();

        Assert.Equal((Fault.Unreachable, true), (fault.Fault, fault.IsTransient));
        Assert.Equal(ReadingValue.From(9L), reading.Value);
    }

    [Fact]
    public async Task LinkThatIsHalfOpen_IsFoundByItsSilence_AndMadeAnew()
    {
        await using var server = await ModbusSerialServer.StartAsync();
        await using var relay = TcpRelay.Start("127.0.0.1", server.Port);
        await using var rig = await SouthRig.ConnectAsync(SouthRig.SettingsOf(relay.Port));
        Item[] items = [SouthRig.Register("one", 0)];
        await rig.ReadAsync(items);

        relay.Hold();
        var fault = await Assert.ThrowsAsync<ConnectorException>(() => rig.ReadAsync(items));
        relay.Vanish();
        relay.Release();
        relay.Return();
        await rig.South.DisconnectAsync(CancellationToken.None);
        await rig.South.ConnectAsync(CancellationToken.None);
        var reading = (await rig.ReadAsync(items)).Single();

        Assert.Equal((Fault.Unreachable, true), (fault.Fault, fault.IsTransient));
        Assert.Contains("unit 1 does not answer within 0.5 s", fault.Message, StringComparison.Ordinal);
        Assert.True(reading.Quality.IsGood);
    }

    [Fact]
    public async Task LinkThatTheDeviceClosesWhenIdle_IsOpenedAgainWithoutAWord()
    {
        await using var server = await ModbusSerialServer.StartAsync();
        await using var relay = TcpRelay.Start("127.0.0.1", server.Port);
        await using var rig = await SouthRig.ConnectAsync(SouthRig.SettingsOf(relay.Port));
        await rig.ReadAsync(SouthRig.Register("one", 0));

        relay.Vanish();
        relay.Return();
        var reading = (await rig.ReadAsync(SouthRig.Register("one", 0))).Single();

        Assert.True(reading.Quality.IsGood);
        Assert.Equal(2, relay.AcceptedCount);
    }

    [Fact]
    public async Task Connection_ThatIsNotKept_IsGivenBackAfterEachQuery()
    {
        await using var server = await ModbusSerialServer.StartAsync();
        await using var relay = TcpRelay.Start("127.0.0.1", server.Port);
        await using var rig = await SouthRig.ConnectAsync(
            SouthRig.SettingsOf(relay.Port) with { KeepConnection = false });

        for (var time = 0; time < 2; time++)
        {
            Assert.True((await rig.ReadAsync(SouthRig.Register("one", 0))).Single().Quality.IsGood);
            await Deadline.UntilAsync(() => relay.ConnectionCount == 0, "the connection is closed");
        }

        await rig.WriteAsync(SouthRig.Register("one", 0), ReadingValue.From(1L));
        await Deadline.UntilAsync(() => relay.ConnectionCount == 0, "the connection is closed");
        Assert.Equal(4, relay.AcceptedCount);
    }

    [Fact]
    public async Task ValuesOutOfType_AreRefusedOrKeptAsTheyCame()
    {
        await using var server = await ModbusSerialServer.StartAsync();
        await server.SetAsync("hr", 1, 0, 0xFFFF);
        await using var rig = await SouthRig.ConnectAsync(SouthRig.SettingsOf(server.Port));
        var text = new Item("text", new ModbusItemSettings
        {
            Kind = ModbusKind.HoldingRegister,
            Address = 0,
            Type = ModbusType.String,
            Length = 2,
        });
        var input = new Item("input", new ModbusItemSettings { Kind = ModbusKind.InputRegister, Address = 0 });

        var reading = (await rig.ReadAsync(text)).Single();
        var tooLarge = await rig.WriteAsync(SouthRig.Register("one", 0), ReadingValue.From(70_000L));
        var readOnly = await rig.WriteAsync(input, ReadingValue.From(1L));

        Assert.Equal((ReadingValue.From([0xFF, 0xFF]), Quality.BadDecoding), (reading.Value, reading.Quality));
        Assert.Equal(1, rig.Context.UndecodedCount);
        Assert.Contains("hold 0 to 65535", tooLarge.Reason, StringComparison.Ordinal);
        Assert.Contains("can only be read", readOnly.Reason, StringComparison.Ordinal);
        Assert.Equal([0xFFFF], await server.GetAsync("hr", 1, 0, 1));
    }

    [Fact]
    public async Task Setpoint_ThatIsNotAnswered_IsUnknownAndNotSentAgain()
    {
        var writes = 0;
        await using var device = new FakeDevice(request =>
        {
            writes++;
            return [];
        });
        await using var rig = await SouthRig.ConnectAsync(SouthRig.SettingsOf(device.Port));

        var fault = await Assert.ThrowsAsync<ConnectorException>(
            () => rig.WriteAsync(SouthRig.Register("one", 0), ReadingValue.From(1L)));

        Assert.Contains("whether it has the value is unknown", fault.Message, StringComparison.Ordinal);
        Assert.Equal(1, writes);
    }

    [Fact]
    public async Task TestConnection_TellsWhatIsThere()
    {
        await using var server = await ModbusSerialServer.StartAsync();
        await using var rig = new SouthRig(SouthRig.SettingsOf(server.Port));

        var found = await rig.South.TestConnectionAsync(CancellationToken.None);

        Assert.Equal(
            ["Device", "Address", "Connected within", "Framing", "Unit 1", "Unit 255"],
            found.Select(static one => one.Key),
            StringComparer.Ordinal);
        Assert.Equal($"127.0.0.1:{server.Port}", found[1].Value);
        Assert.StartsWith("answers within", found[4].Value, StringComparison.Ordinal);
        Assert.Equal("does not answer within 0.5 s", found[5].Value);
    }

    [Fact]
    public async Task TestConnection_OnSomethingElse_IsMalformed()
    {
        await using var device = new FakeDevice(static _ => [Encoding.ASCII.GetBytes("220 mail.example ESMTP\r\n")]);
        await using var rig = new SouthRig(SouthRig.SettingsOf(device.Port));

        var fault = await Assert.ThrowsAsync<ConnectorException>(
            () => rig.South.TestConnectionAsync(CancellationToken.None));

        Assert.Equal(Fault.Malformed, fault.Fault);
    }

    private static async Task<ConnectorException> ConnectFaultAsync(ModbusSouthSettings settings)
    {
        await using var rig = new SouthRig(settings);
        return await Assert.ThrowsAsync<ConnectorException>(() => rig.South.ConnectAsync(CancellationToken.None));
    }
}
