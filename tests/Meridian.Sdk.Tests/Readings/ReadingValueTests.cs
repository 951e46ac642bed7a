using FsCheck;
using FsCheck.Fluent;
using Meridian.Sdk.Readings;

namespace Meridian.Sdk.Tests.Readings;

public sealed class ReadingValueTests
{
    [Fact]
    public void Double_AnyBits_ComeBackAsTheyWere() =>
        Prop.ForAll<long>(bits =>
            BitConverter.DoubleToInt64Bits(ReadingValue.From(BitConverter.Int64BitsToDouble(bits)).AsDouble()) == bits)
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Default_IsNull()
    {
        Assert.Equal(ReadingValueKind.Null, default(ReadingValue).Kind);
        Assert.Equal(ReadingValue.Null, ReadingValue.From((string?)null));
        Assert.Equal("null", ReadingValue.Null.ToString());
    }

    [Fact]
    public void Equals_SameNumberOfAnotherKind_IsFalse()
    {
        Assert.NotEqual(ReadingValue.From(1L), ReadingValue.From(1UL));
        Assert.NotEqual(ReadingValue.From(1L), ReadingValue.From(true));
        Assert.NotEqual(ReadingValue.From("{}"), ReadingValue.FromJson("{}"));
    }

    [Fact]
    public void Equals_BytesOfTheSameContent_IsTrue()
    {
        var one = ReadingValue.From(new byte[] { 1, 2, 3 });
        var other = ReadingValue.From(new byte[] { 1, 2, 3 });

        Assert.Equal(one, other);
        Assert.Equal(one.GetHashCode(), other.GetHashCode());
    }

    [Fact]
    public void Read_AsAnotherKind_SaysWhichItIs()
    {
        var error = Assert.Throws<InvalidOperationException>(() => ReadingValue.From("on").AsDouble());

        Assert.Contains("String", error.Message, StringComparison.Ordinal);
        Assert.Contains("Double", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.1, "0.1")]
    [InlineData(-1e300, "-1E+300")]
    [InlineData(double.NaN, "NaN")]
    public void ToString_OfADouble_IsCultureFree(double value, string expected) =>
        Assert.Equal(expected, ReadingValue.From(value).ToString());
}
