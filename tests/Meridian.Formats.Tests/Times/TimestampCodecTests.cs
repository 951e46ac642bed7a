using Meridian.Formats.Times;
using Meridian.Sdk.South;

namespace Meridian.Formats.Tests.Times;

public sealed class TimestampCodecTests
{
    [Theory]
    [InlineData(TimeFormat.Iso, null, null, "2026-11-21T10:15:00.25Z", "2026-11-21T10:15:00.2500000Z")]
    [InlineData(TimeFormat.Iso, null, "Europe/Zurich", "2026-11-21 10:15:00", "2026-11-21T09:15:00.0000000Z")]
    [InlineData(TimeFormat.Iso, null, "Europe/Zurich", "2026-11-21T10:15:00+05:00", "2026-11-21T05:15:00.0000000Z")]
    [InlineData(TimeFormat.Iso, null, null, "2026-11-21", "2026-11-21T00:00:00.0000000Z")]
    [InlineData(TimeFormat.UnixSeconds, null, null, "1795256100.5", "2026-11-21T10:15:00.5000000Z")]
    [InlineData(TimeFormat.UnixMilliseconds, null, null, "1795256100001", "2026-11-21T10:15:00.0010000Z")]
    [InlineData(TimeFormat.JulianDays, null, null, "2461365.9270833335", "2026-11-21T10:15:00.0000000Z")]
    [InlineData(
        TimeFormat.Custom, "dd.MM.yyyy HH:mm", "Europe/Zurich", "21.07.2026 10:15", "2026-07-21T08:15:00.0000000Z")]
    [InlineData(
        TimeFormat.Custom, "MM/dd/yyyy h:mm tt zzz", null, "11/21/2026 10:15 PM -05:00",
        "2026-11-22T03:15:00.0000000Z")]
    public void Read_EachFormat_GivesTheInstant(
        TimeFormat format, string? pattern, string? zone, string text, string expected)
    {
        var codec = Compile(new TimestampSpec { Format = format, Pattern = pattern, TimeZone = zone });

        Assert.True(codec.TryRead(text, out var time));

        Assert.Equal(expected, time.UtcDateTime.ToString("O"));
    }

    [Theory]
    [InlineData("2026-10-25T01:59:59", "2026-10-24T23:59:59Z")]
    [InlineData("2026-10-25T02:30:00", "2026-10-25T01:30:00Z")] // twice: the second
    [InlineData("2026-03-29T02:30:00", "2026-03-29T01:30:00Z")] // never: as before the jump
    [InlineData("2026-03-29T03:00:00", "2026-03-29T01:00:00Z")]
    public void Read_HourThatComesTwiceOrNever_IsAsDocumented(string local, string expected)
    {
        var codec = Compile(new TimestampSpec { TimeZone = "Europe/Zurich" });

        Assert.True(codec.TryRead(local, out var time));

        Assert.Equal(DateTimeOffset.Parse(expected, System.Globalization.CultureInfo.InvariantCulture), time);
    }

    [Theory]
    [InlineData("2026-10-24T20:00:00Z")]
    [InlineData("2026-03-28T20:00:00Z")]
    [InlineData("2026-07-01T00:00:00Z")]
    public void LocalBounds_WindowsAroundAChange_MissNoTimeOfTheirs(string from)
    {
        var codec = Compile(new TimestampSpec { TimeZone = "Europe/Zurich" });
        var start = DateTimeOffset.Parse(from, System.Globalization.CultureInfo.InvariantCulture);
        for (var minutes = 0; minutes < 12 * 60; minutes += 10)
        {
            var window = new HistoryWindow(start.AddMinutes(minutes), start.AddMinutes(minutes + 10));
            var (first, end) = codec.LocalBounds(window);

            // Every local time of that night whose instant is in the window must be asked for.
            for (var local = new DateTime(2026, start.Month, start.Day, 18, 0, 0);
                local < new DateTime(2026, start.Month, start.Day, 18, 0, 0).AddHours(16);
                local = local.AddMinutes(5))
            {
                Assert.True(codec.TryReadLocal(local, out var instant));
                if (instant >= window.Start && instant < window.End)
                {
                    Assert.InRange(local, first, end.AddTicks(-1));
                }
            }
        }
    }

    [Fact]
    public void TextBounds_BothNotationsAndAPattern_HoldWhatIsInTheWindow()
    {
        var window = new HistoryWindow(
            new DateTimeOffset(2026, 11, 21, 10, 15, 0, 500, TimeSpan.Zero),
            new DateTimeOffset(2026, 11, 21, 10, 20, 0, 500, TimeSpan.Zero));
        var (from, to) = Compile(new TimestampSpec()).TextBounds(window);
        var (patternFrom, patternTo) = Compile(
            new TimestampSpec { Format = TimeFormat.Custom, Pattern = "yyyy-MM-dd HH:mm" }).TextBounds(window);

        foreach (var text in new[] { "2026-11-21T10:15:00.6Z", "2026-11-21 10:20:00", "2026-11-21T10:20:00.4+00:00" })
        {
            Assert.True(string.CompareOrdinal(from, text) <= 0 && string.CompareOrdinal(text, to) < 0, text);
        }

        Assert.Equal(("2026-11-21 10:15", "2026-11-21 10:21"), (patternFrom, patternTo));
    }

    [Fact]
    public void NumberBounds_Fractions_AreWidened()
    {
        var window = new HistoryWindow(
            DateTimeOffset.UnixEpoch.AddMilliseconds(1_500), DateTimeOffset.UnixEpoch.AddMilliseconds(2_500));

        Assert.Equal((1m, 3m), Compile(new TimestampSpec { Format = TimeFormat.UnixSeconds }).NumberBounds(window));
    }

    [Fact]
    public void Fill_Variables_AreWrittenSoThatNothingIsLeftOut()
    {
        var window = new HistoryWindow(
            DateTimeOffset.UnixEpoch.AddMilliseconds(1_500), DateTimeOffset.UnixEpoch.AddMilliseconds(2_500));
        var iso = Compile(new TimestampSpec { TimeZone = "Europe/Zurich" });
        var unix = Compile(new TimestampSpec { Format = TimeFormat.UnixSeconds });

        Assert.Equal(
            "from=1970-01-01T01%3A00%3A01.5%2B01%3A00",
            TimeVariables.Fill("from=@StartTime", window, iso, Uri.EscapeDataString));
        Assert.Equal("1..3", TimeVariables.Fill("@starttime..@EndTime", window, unix));
    }

    [Theory]
    [InlineData(TimeFormat.Custom, null, null, "pattern")]
    [InlineData(TimeFormat.Custom, "HH:mm", null, "pattern")]
    [InlineData(TimeFormat.Custom, "%", null, "pattern")]
    [InlineData(TimeFormat.Iso, null, "Mars/Base", "timeZone")]
    [InlineData((TimeFormat)77, null, null, "format")]
    public void Compile_WhatCannotWork_SaysWhere(TimeFormat format, string? pattern, string? zone, string path)
    {
        var spec = new TimestampSpec { Format = format, Pattern = pattern, TimeZone = zone };

        Assert.False(TimestampCodec.TryCompile(spec, out _, out var problems));

        Assert.Equal(path, Assert.Single(problems).Path);
    }

    private static TimestampCodec Compile(TimestampSpec spec)
    {
        Assert.True(TimestampCodec.TryCompile(spec, out var codec, out _));
        return codec;
    }
}
