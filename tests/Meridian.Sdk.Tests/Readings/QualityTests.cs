using Meridian.Sdk.Readings;

namespace Meridian.Sdk.Tests.Readings;

public sealed class QualityTests
{
    [Fact]
    public void Default_IsGood()
    {
        Assert.True(default(Quality).IsGood);
        Assert.Equal(Quality.Good, default);
    }

    [Theory]
    [InlineData(0x0000_0000u, true, false, false, "good")]
    [InlineData(0x002D_0000u, true, false, false, "good 0x002D0000")]
    [InlineData(0x4000_0000u, false, true, false, "uncertain")]
    [InlineData(0x8000_0000u, false, false, true, "bad")]
    [InlineData(0x8007_0000u, false, false, true, "bad 0x80070000")]
    [InlineData(0xC000_0000u, false, false, true, "bad")]
    public void StatusCode_TopBits_SayWhichOfThree(uint code, bool isGood, bool isUncertain, bool isBad, string text)
    {
        var quality = new Quality(code);

        Assert.Equal((isGood, isUncertain, isBad), (quality.IsGood, quality.IsUncertain, quality.IsBad));
        Assert.Equal(text, quality.ToString());
    }
}
