using FsCheck;
using FsCheck.Fluent;
using Meridian.Configuration.Scalars;

namespace Meridian.Configuration.Tests.Scalars;

public sealed class DurationTextTests
{
    [Theory]
    [InlineData("0 ms", 0)]
    [InlineData("500 ms", 500)]
    [InlineData("500ms", 500)]
    [InlineData(" 10 s ", 10_000)]
    [InlineData("1.5 s", 1_500)]
    [InlineData("5 min", 300_000)]
    [InlineData("1 h", 3_600_000)]
    [InlineData("2 d", 172_800_000)]
    [InlineData("250 us", 0.25)]
    [InlineData("00:00:10", 10_000)]
    [InlineData("1.00:00:00.5", 86_400_500)]
    public void Duration_AsPeopleWriteIt_IsRead(string text, double milliseconds)
    {
        Assert.True(DurationText.TryParse(text, out var duration));
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), duration);
    }

    [Theory]
    [InlineData("")]
    [InlineData("10")]
    [InlineData("s")]
    [InlineData("-1 s")]
    [InlineData("-00:00:01")]
    [InlineData("1 m")]
    [InlineData("1 S")]
    [InlineData("1e3 s")]
    [InlineData("1 s 2")]
    [InlineData("99999999999999999999999999 d")]
    [InlineData("25:00:00:00:00")]
    public void Duration_Otherwise_IsRefused(string text) => Assert.False(DurationText.TryParse(text, out _));

    [Fact]
    public void Duration_WrittenAndRead_IsTheSame() =>
        Prop.ForAll<uint, int>((amount, unit) =>
        {
            long[] units = [1, 10, 10_000, 10_000_000, 600_000_000, 36_000_000_000];
            var duration = TimeSpan.FromTicks(amount * units[(unit & int.MaxValue) % units.Length]);

            return DurationText.TryParse(DurationText.Format(duration), out var read) && read == duration;
        }).QuickCheckThrowOnFailure();
}
