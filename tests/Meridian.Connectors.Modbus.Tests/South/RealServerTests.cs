using System.Buffers.Binary;
using System.Globalization;
using Meridian.Connectors.Modbus.South;
using Meridian.Connectors.Modbus.Values;
using Meridian.Sdk.Readings;
using Meridian.Sdk.South;

namespace Meridian.Connectors.Modbus.Tests.South;

/// <summary>Every kind, type and order, read from and written to servers that others wrote.</summary>
public sealed class RealServerTests
{
    private static readonly (ModbusType Type, byte[] BigEndian, ReadingValue Value)[] Samples =
    [
        (ModbusType.Int16, [0xFF, 0x38], ReadingValue.From(-200L)),
        (ModbusType.Uint16, [0xFF, 0x38], ReadingValue.From(65_336L)),
        (ModbusType.Int32, [0xFF, 0xFE, 0x1D, 0xC0], ReadingValue.From(-123_456L)),
        (ModbusType.Uint32, [0xDE, 0xAD, 0xBE, 0xEF], ReadingValue.From(0xDEADBEEFL)),
        (ModbusType.Int64, Big(-1_234_567_890_123_456_789L), ReadingValue.From(-1_234_567_890_123_456_789L)),
        (ModbusType.Uint64, Big(unchecked((long)0xFEDCBA9876543210)), ReadingValue.From(0xFEDCBA9876543210)),
        (ModbusType.Float32, [0x41, 0x48, 0x00, 0x00], ReadingValue.From(12.5)),
        (ModbusType.Float64, Big(BitConverter.DoubleToInt64Bits(-0.1)), ReadingValue.From(-0.1)),
    ];

    public static TheoryData<PeerKind> Peers => [.. Enum.GetValues<PeerKind>()];

    [Theory]
    [MemberData(nameof(Peers))]
    public async Task EveryTypeInEveryOrder_IsReadFromBothTables(PeerKind kind)
    {
        await using var server = await kind.StartAsync();
        var (items, expected) = (new List<Item>(), new List<ReadingValue>());
        foreach (var (type, bytes, value) in Samples)
        {
            foreach (var order in Enum.GetValues<ModbusOrder>())
            {
                var address = 8 * items.Count;
                var table = items.Count % 2 == 0 ? ModbusKind.HoldingRegister : ModbusKind.InputRegister;
                await server.SetAsync(
                    table == ModbusKind.HoldingRegister ? "hr" : "ir", 2, address, Registers(bytes, order));
                expected.Add(value);
                items.Add(new Item(
                    $"{type} {order}",
                    new ModbusItemSettings
                    {
                        UnitId = 2,
                        Kind = table,
                        Address = address,
                        Type = type,
                        Order = order,
                    }));
            }
        }

        await using var rig = await SouthRig.ConnectAsync(kind.SettingsOf(server.Port));
        var readings = await rig.ReadAsync(items);

        Assert.Equal(
            items.Select(static item => item.Name),
            readings.Select(static reading => reading.Point),
            StringComparer.Ordinal);
        Assert.Equal(expected, readings.Select(static reading => reading.Value));
        Assert.All(readings, static reading => Assert.True(reading.Quality.IsGood));
        Assert.Empty(rig.Context.ItemProblems);
    }

    [Theory]
    [MemberData(nameof(Peers))]
    public async Task BitsTextsAndScales_AreRead(PeerKind kind)
    {
        await using var server = await kind.StartAsync();
        await server.SetAsync("co", 1, 3, 1, 0, 1, 1, 0, 0, 1, 0, 1, 1);
        await server.SetAsync("di", 1, 999, 1);
        await server.SetAsync("hr", 1, 0, 0x8001, 235, 0x5075, 0x6D70, 0x2041, 0);
        var item = new ModbusItemSettings { Kind = ModbusKind.HoldingRegister, Address = 0 };
        Item[] items =
        [
            .. Enumerable.Range(3, 10).Select(static address => new Item(
                $"coil {address}", new ModbusItemSettings { Kind = ModbusKind.Coil, Address = address })),
            new("input", new ModbusItemSettings { Kind = ModbusKind.DiscreteInput, Address = 999 }),
            new("bit 0", item with { Bit = 0 }),
            new("bit 1", item with { Bit = 1 }),
            new("bit 15", item with { Bit = 15 }),
            new("scaled", item with { Address = 1, Scale = 0.5, Offset = -100 }),
            new("text", item with { Address = 2, Type = ModbusType.String, Length = 8 }),
        ];

        await using var rig = await SouthRig.ConnectAsync(kind.SettingsOf(server.Port));
        var readings = await rig.ReadAsync(items);

        Assert.Equal(
            "true,false,true,true,false,false,true,false,true,true,true,true,false,true,17.5,Pump A",
            string.Join(',', readings.Select(static reading => reading.Value.ToString())));
    }

    [Theory]
    [MemberData(nameof(Peers))]
    public async Task EveryTypeInEveryOrder_IsWritten(PeerKind kind)
    {
        await using var server = await kind.StartAsync();
        await using var rig = await SouthRig.ConnectAsync(kind.SettingsOf(server.Port));
        foreach (var (type, bytes, value) in Samples)
        {
            foreach (var order in Enum.GetValues<ModbusOrder>())
            {
                var item = new Item(
                    "written",
                    new ModbusItemSettings
                    {
                        UnitId = 3,
                        Kind = ModbusKind.HoldingRegister,
                        Address = 20,
                        Type = type,
                        Order = order,
                    });

                Assert.Equal(SetpointOutcome.Written, await rig.WriteAsync(item, value));
                Assert.Equal(Registers(bytes, order), await server.GetAsync("hr", 3, 20, bytes.Length / 2));
                Assert.Equal(value, (await rig.ReadAsync(item)).Single().Value);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Peers))]
    public async Task CoilsAndTexts_AreWrittenWithEitherFunction(PeerKind kind)
    {
        await using var server = await kind.StartAsync();
        await using var rig = await SouthRig.ConnectAsync(kind.SettingsOf(server.Port));
        foreach (var write in Enum.GetValues<ModbusWrite>())
        {
            var coil = new Item(
                "coil", new ModbusItemSettings { Kind = ModbusKind.Coil, Address = 7 + (int)write, Write = write });
            var register = new Item("register", new ModbusItemSettings
            {
                Kind = ModbusKind.HoldingRegister,
                Address = 30 + (int)write,
                Write = write,
            });
            Assert.Equal(SetpointOutcome.Written, await rig.WriteAsync(coil, ReadingValue.From(true)));
            Assert.Equal(SetpointOutcome.Written, await rig.WriteAsync(register, ReadingValue.From(4711d)));
        }

        Assert.Equal([0, 1, 1, 0], await server.GetAsync("co", 1, 6, 4));
        Assert.Equal([4711, 4711], await server.GetAsync("hr", 1, 30, 2));
        var text = new Item("text", new ModbusItemSettings
        {
            Kind = ModbusKind.HoldingRegister,
            Address = 40,
            Type = ModbusType.String,
            Length = 5,
        });
        Assert.Equal(SetpointOutcome.Written, await rig.WriteAsync(text, ReadingValue.From("AB")));
        Assert.Equal([0x4142, 0, 0], await server.GetAsync("hr", 1, 40, 3));
    }

    [Theory]
    [MemberData(nameof(Peers))]
    public async Task ItemWhoseAddressIsMissing_IsBadAlone(PeerKind kind)
    {
        await using var server = await kind.StartAsync();
        await server.SetAsync("hr", 1, 498, 1, 2);
        await server.SetAsync("hr", 1, 510, 3);
        await using var rig = await SouthRig.ConnectAsync(
            kind.SettingsOf(server.Port) with { RegisterGap = 20 });

        // The first four would go in one request; 500 does not exist, nor does what lies between 499 and 510.
        Item[] items =
        [
            SouthRig.Register("a", 498), SouthRig.Register("b", 499), SouthRig.Register("c", 500),
            SouthRig.Register("d", 510),
        ];
        for (var time = 0; time < 2; time++)
        {
            var readings = await rig.ReadAsync(items);

            Assert.Equal("1,2,null,3", string.Join(',', readings.Select(static one => one.Value.ToString())));
            Assert.Equal(0x8034_0000, readings[2].Quality.StatusCode);
            Assert.Contains("nothing at this address", rig.Context.ItemProblems["c"], StringComparison.Ordinal);
            Assert.Single(rig.Context.ItemProblems);
        }

        var refused = await rig.WriteAsync(items[2], ReadingValue.From(1L));
        Assert.False(refused.IsWritten);
        Assert.Contains("exception 2", refused.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Peers))]
    public async Task AllOfATable_IsReadInFewRequests(PeerKind kind)
    {
        await using var server = await kind.StartAsync();
        await server.SetAsync("hr", 1, 0, [.. Enumerable.Range(1, 500)]);
        Item[] items = [.. Enumerable.Range(0, 500).Select(static address =>
            SouthRig.Register(address.ToString(CultureInfo.InvariantCulture), address))];

        await using var rig = await SouthRig.ConnectAsync(kind.SettingsOf(server.Port));
        var readings = await rig.ReadAsync(items);

        Assert.Equal(
            Enumerable.Range(1, 500), readings.Select(static reading => (int)reading.Value.AsInt64()));
    }

    private static byte[] Big(long value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        return bytes;
    }

    /// <summary>The registers as the order's name says, without the connector's own code.</summary>
    private static int[] Registers(byte[] bigEndian, ModbusOrder order)
    {
        var words = bigEndian.Chunk(2).Select(static pair => (pair[0] << 8) | pair[1]);
        words = order is ModbusOrder.Cdab or ModbusOrder.Dcba ? words.Reverse() : words;
        return [.. order is ModbusOrder.Badc or ModbusOrder.Dcba
            ? words.Select(static word => ((word & 0xFF) << 8) | (word >> 8))
            : words];
    }
}
