using Meridian.Connectors.Modbus.Protocol;
using Meridian.Connectors.Modbus.South;
using Meridian.Connectors.Modbus.Values;
using Meridian.Sdk.Readings;
using Meridian.Sdk.South;
using Meridian.Testing.Contexts;

namespace Meridian.Connectors.Modbus.Tests.South;

/// <summary>A Modbus South with the engine that a test stands for.</summary>
internal sealed class SouthRig : IAsyncDisposable
{
    public SouthRig(ModbusSouthSettings settings)
    {
        Context = new TestSouthContext();
        South = new ModbusSouth(Context, settings);
    }

    public TestSouthContext Context { get; }

    public ModbusSouth South { get; }

    /// <summary>Short limits, so that a test of silence is short.</summary>
    public static ModbusSouthSettings SettingsOf(int port) => new()
    {
        Host = "127.0.0.1",
        Port = port,
        ConnectTimeout = TimeSpan.FromSeconds(3),
        ResponseTimeout = TimeSpan.FromMilliseconds(500),
    };

    public static ModbusSouthSettings Rtu(int port) => SettingsOf(port) with { Framing = ModbusFraming.RtuOverTcp };

    public static Item Register(string name, int address, ModbusType type = ModbusType.Auto, int unit = 1) => new(
        name,
        new ModbusItemSettings
        {
            UnitId = unit,
            Kind = ModbusKind.HoldingRegister,
            Address = address,
            Type = type,
        });

    public static async Task<SouthRig> ConnectAsync(ModbusSouthSettings settings)
    {
        var rig = new SouthRig(settings);
        await rig.South.ConnectAsync(CancellationToken.None);
        return rig;
    }

    /// <summary>A query; a copy of its readings.</summary>
    public async Task<Reading[]> ReadAsync(params IReadOnlyList<Item> items) =>
        (await South.QueryLastPointAsync(items, CancellationToken.None)).Readings.ToArray();

    public Task<SetpointOutcome> WriteAsync(Item item, ReadingValue value) =>
        South.WriteSetpointAsync(item, value, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await South.DisconnectAsync(CancellationToken.None);
        await South.StopAsync(CancellationToken.None);
        await Context.DisposeAsync();
        Assert.Empty(Context.Mistakes);
    }
}
