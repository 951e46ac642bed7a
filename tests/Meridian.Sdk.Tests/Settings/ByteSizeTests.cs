using Meridian.Sdk.Settings;

namespace Meridian.Sdk.Tests.Settings;

public sealed class ByteSizeTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("4096", 4096)]
    [InlineData("64 KiB", 65_536)]
    [InlineData("10 GB", 10_000_000_000)]
    [InlineData("1.5kB", 1_500)]
    [InlineData(" 2 mib ", 2_097_152)]
    public void Parse_WhatPeopleWrite_IsUnderstood(string text, long bytes)
    {
        Assert.True(ByteSize.TryParse(text, out var size));
        Assert.Equal(bytes, size.Bytes);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("GB")]
    [InlineData("-1 B")]
    [InlineData("ten MB")]
    [InlineData("10 XB")]
    [InlineData("9223373 TB")]
    public void Parse_AnythingElse_IsRefused(string? text) => Assert.False(ByteSize.TryParse(text, out _));

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(1_000, "1 kB")]
    [InlineData(67_108_864, "64 MiB")]
    [InlineData(1_025, "1025 B")]
    public void ToString_PicksTheLargestWholeUnit(long bytes, string expected)
    {
        Assert.Equal(expected, new ByteSize(bytes).ToString());
        Assert.True(ByteSize.TryParse(expected, out var again));
        Assert.Equal(bytes, again.Bytes);
    }
}
