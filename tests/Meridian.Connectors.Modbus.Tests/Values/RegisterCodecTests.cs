using FsCheck;
using FsCheck.Fluent;
using Meridian.Connectors.Modbus.South;
using Meridian.Connectors.Modbus.Values;
using Meridian.Sdk.Readings;

namespace Meridian.Connectors.Modbus.Tests.Values;

public sealed class RegisterCodecTests
{
    [Theory]
    [InlineData(ModbusOrder.Abcd, "12345678")]
    [InlineData(ModbusOrder.Badc, "34127856")]
    [InlineData(ModbusOrder.Cdab, "56781234")]
    [InlineData(ModbusOrder.Dcba, "78563412")]
    public void Uint32_InEachOrder_IsRead(ModbusOrder order, string bytes) =>
        Assert.Equal(ReadingValue.From(0x12345678L), Decode(Item(ModbusType.Uint32) with { Order = order }, bytes));

    [Theory]
    [InlineData(ModbusOrder.Abcd, "0123456789ABCDEF")]
    [InlineData(ModbusOrder.Badc, "23016745AB89EFCD")]
    [InlineData(ModbusOrder.Cdab, "CDEF89AB45670123")]
    [InlineData(ModbusOrder.Dcba, "EFCDAB8967452301")]
    public void Uint64_InEachOrder_IsRead(ModbusOrder order, string bytes) => Assert.Equal(
        ReadingValue.From(0x0123456789ABCDEFUL), Decode(Item(ModbusType.Uint64) with { Order = order }, bytes));

    [Fact]
    public void Number_WithScaleAndOffset_IsADouble() => Assert.Equal(
        ReadingValue.From(-12.5), Decode(Item(ModbusType.Int16) with { Scale = 0.1, Offset = 7.5 }, "FF38"));

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    [InlineData(15, true)]
    public void Bit_OfARegister_IsCountedFromTheLowest(int bit, bool isSet) => Assert.Equal(
        ReadingValue.From(isSet), Decode(Item(ModbusType.Auto) with { Bit = bit }, "8001"));

    [Theory]
    [InlineData(ModbusOrder.Abcd, "50756D70204100AA", "Pump A")]
    [InlineData(ModbusOrder.Badc, "7550706D4120AA00", "Pump A")]
    [InlineData(ModbusOrder.Abcd, "4142204020202020", "AB @")]
    [InlineData(ModbusOrder.Abcd, "0000000000000000", "")]
    public void Text_EndsAtItsFirstZero_WithoutSpaces(ModbusOrder order, string bytes, string text) => Assert.Equal(
        ReadingValue.From(text), Decode(Item(ModbusType.String) with { Length = 8, Order = order }, bytes));

    [Fact]
    public void Text_ThatIsNone_IsKeptAsBytes()
    {
        var format = RegisterFormat.Of(Item(ModbusType.String) with { Length = 3 }, ModbusOrder.Abcd);

        var isText = RegisterDecoder.TryDecode(format, Convert.FromHexString("41FF4200"), 0, out var value);

        Assert.False(isText);
        Assert.Equal(ReadingValue.From([0x41, 0xFF, 0x42]), value);
    }

    [Fact]
    public void AnyValue_OfAnyTypeAndOrder_IsReadAsWritten() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(1_000),
        Prop.ForAll(Cases().ToArbitrary(), one =>
        {
            var format = RegisterFormat.Of(one.Settings, ModbusOrder.Abcd);

            var problem = RegisterEncoder.Find(format, one.Value, out var bytes);

            Assert.Null(problem);
            Assert.Equal(one.Value, Decode(one.Settings, Convert.ToHexString(bytes)));
        }));

    [Theory]
    [InlineData(ModbusType.Int16, 32_768, "-32768 to 32767")]
    [InlineData(ModbusType.Uint16, -1, "0 to 65535")]
    [InlineData(ModbusType.Uint32, 4_294_967_296, "0 to 4294967295")]
    [InlineData(ModbusType.Uint64, -1, "0 to 18446744073709551615")]
    public void WholeNumber_BeyondItsType_IsRefusedWithTheRange(ModbusType type, long number, string range)
    {
        var format = RegisterFormat.Of(Item(type), ModbusOrder.Abcd);

        Assert.Contains(
            range, RegisterEncoder.Find(format, ReadingValue.From(number), out _), StringComparison.Ordinal);
        Assert.Contains(
            range, RegisterEncoder.Find(format, ReadingValue.From((double)number), out _), StringComparison.Ordinal);
    }

    [Fact]
    public void Double_FarBeyondAnyType_IsRefused() => Assert.Contains(
        "does not fit",
        RegisterEncoder.Find(
            RegisterFormat.Of(Item(ModbusType.Int64), ModbusOrder.Abcd), ReadingValue.From(1e300), out _),
        StringComparison.Ordinal);

    [Fact]
    public void Fraction_ForAWholeNumber_IsRefused() => Assert.Contains(
        "whole number",
        RegisterEncoder.Find(
            RegisterFormat.Of(Item(ModbusType.Uint16), ModbusOrder.Abcd), ReadingValue.From(1.5), out _),
        StringComparison.Ordinal);

    [Fact]
    public void ScaledNumber_IsWrittenAsTheNearestStep()
    {
        var format = RegisterFormat.Of(Item(ModbusType.Int16) with { Scale = 0.1, Offset = 7.5 }, ModbusOrder.Abcd);

        Assert.Null(RegisterEncoder.Find(format, ReadingValue.From(-12.52), out var bytes));
        Assert.Equal("FF38", Convert.ToHexString(bytes));
    }

    [Theory]
    [InlineData(ModbusType.Float32, 1e39)]
    [InlineData(ModbusType.Float64, double.PositiveInfinity)]
    public void Float_TooLarge_IsRefused(ModbusType type, double number) => Assert.Contains(
        "too large",
        RegisterEncoder.Find(RegisterFormat.Of(Item(type), ModbusOrder.Abcd), ReadingValue.From(number), out _),
        StringComparison.Ordinal);

    [Fact]
    public void Text_LongerThanItsRoom_IsRefused() => Assert.Contains(
        "has room for 3",
        RegisterEncoder.Find(
            RegisterFormat.Of(Item(ModbusType.String) with { Length = 3 }, ModbusOrder.Abcd),
            ReadingValue.From("Pump"),
            out _),
        StringComparison.Ordinal);

    private static ReadingValue Decode(ModbusItemSettings settings, string bytes)
    {
        var format = RegisterFormat.Of(settings, ModbusOrder.Abcd);
        Assert.True(RegisterDecoder.TryDecode(format, Convert.FromHexString(bytes), 0, out var value));
        return value;
    }

    private static ModbusItemSettings Item(ModbusType type) =>
        new() { Kind = ModbusKind.HoldingRegister, Address = 0, Type = type };

    private static Gen<(ModbusItemSettings Settings, ReadingValue Value)> Cases() =>
        from type in Gen.Choose((int)ModbusType.Int16, (int)ModbusType.String)
        from order in Gen.Choose(0, 3)
        from number in Gen.Choose(int.MinValue, int.MaxValue)
        from more in Gen.Choose(int.MinValue, int.MaxValue)
        let bits = ((long)number << 32) | (uint)more
        let settings = Item((ModbusType)type) with { Order = (ModbusOrder)order, Length = 9 }
        select (settings, Any((ModbusType)type, bits));

    private static ReadingValue Any(ModbusType type, long bits) => type switch
    {
        ModbusType.Int16 => ReadingValue.From((long)(short)bits),
        ModbusType.Uint16 => ReadingValue.From((long)(ushort)bits),
        ModbusType.Int32 => ReadingValue.From((long)(int)bits),
        ModbusType.Uint32 => ReadingValue.From((long)(uint)bits),
        ModbusType.Int64 => ReadingValue.From(bits),
        ModbusType.Uint64 => ReadingValue.From((ulong)bits),
        ModbusType.Float32 => ReadingValue.From((double)(float)bits),
        ModbusType.Float64 => ReadingValue.From((double)bits / 3),
        _ => ReadingValue.From(((uint)bits).ToString("X", System.Globalization.CultureInfo.InvariantCulture)),
    };
}
