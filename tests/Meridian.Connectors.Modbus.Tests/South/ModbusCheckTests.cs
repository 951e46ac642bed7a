using Meridian.Connectors.Modbus.Protocol;
using Meridian.Connectors.Modbus.South;
using Meridian.Connectors.Modbus.Values;
using Meridian.Sdk.South;

namespace Meridian.Connectors.Modbus.Tests.South;

public sealed class ModbusCheckTests
{
    private static readonly ModbusSouthSettings Settings = new() { Host = "plc" };
    private static readonly ModbusItemSettings Register = new() { Kind = ModbusKind.HoldingRegister, Address = 0 };
    private static readonly ModbusItemSettings Coil = new() { Kind = ModbusKind.Coil, Address = 0 };

    public static TheoryData<ModbusItemSettings, string, string> Wrong => new()
    {
        { Register with { UnitId = 250 }, "unitId", "1 to 247" },
        { Register with { Address = 65_535, Type = ModbusType.Int32 }, "address", "2 registers from address 65535" },
        { Register with { Type = ModbusType.Bool }, "type", "'bit'" },
        { Register with { Type = ModbusType.Int32, Bit = 3 }, "bit", "int32" },
        { Register with { Type = ModbusType.String, Length = 4, Order = ModbusOrder.Cdab }, "order", "badc" },
        { Register with { Type = ModbusType.String, Length = 4, Scale = 2 }, "scale", "string has no scale" },
        { Register with { Bit = 1, Offset = 2 }, "scale", "bool has no scale" },
        { Register with { Scale = 0 }, "scale", "scale of 0" },
        { Register with { Kind = ModbusKind.InputRegister, Write = ModbusWrite.Multiple }, "write", "only be read" },
        { Coil with { Type = ModbusType.Uint16 }, "type", "one bit" },
        { Coil with { Bit = 0 }, "bit", "one bit" },
        { Coil with { Order = ModbusOrder.Abcd }, "order", "no bytes" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Item_ThatCannotBe_IsNamedWithTheWayOut(ModbusItemSettings item, string path, string words)
    {
        var problem = Assert.Single(ModbusCheck.Find(Settings, [new Item("good", Register), new Item("one", item)]));

        Assert.Equal($"items[1].{path}", problem.Path);
        Assert.Contains(words, problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(247)]
    [InlineData(255)]
    public void Unit_AtTheEdge_IsTaken(int unit) =>
        Assert.Empty(ModbusCheck.Find(Settings, [new Item("one", Register with { UnitId = unit })]));

    [Fact]
    public void Number_AtTheLastAddress_IsTaken() => Assert.Empty(ModbusCheck.Find(
        Settings, [new Item("one", Register with { Address = 65_532, Type = ModbusType.Float64 })]));

    [Fact]
    public void Pipelining_OverRtu_IsRefused() => Assert.Equal(
        "settings.pipelining",
        Assert.Single(ModbusCheck.Find(
            Settings with { Framing = ModbusFraming.RtuOverTcp, Pipelining = 2 }, [])).Path);

    [Fact]
    public void Item_LongerThanARequest_IsRefused() => Assert.Contains(
        "settings.maxRegisters",
        Assert.Single(ModbusCheck.Find(
            Settings with { MaxRegisters = 10 },
            [new Item("one", Register with { Type = ModbusType.String, Length = 22 })])).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Problems_OfSettingsAndItems_AreFoundAllAtOnce() => Assert.Equal(
        ["settings.pipelining", "items[0].unitId", "items[0].bit", "items[0].address", "items[1].type"],
        ModbusCheck.Find(
            Settings with { Framing = ModbusFraming.RtuOverTcp, Pipelining = 2 },
            [
                new Item("a", Register with { UnitId = 248, Address = 65_535, Type = ModbusType.Int64, Bit = 1 }),
                new Item("b", Coil with { Type = ModbusType.Float32 }),
            ]).Select(static one => one.Path),
        StringComparer.Ordinal);
}
