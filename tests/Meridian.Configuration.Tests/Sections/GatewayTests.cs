using Meridian.Sdk.Settings;

namespace Meridian.Configuration.Tests.Sections;

public sealed class GatewayTests
{
    [Theory]
    [InlineData("\"name\": \"a b\"", "gateway.name")]
    [InlineData("\"drainTime\": \"601 s\"", "gateway.drainTime")]
    [InlineData("\"drainTime\": \"-1 s\"", "gateway.drainTime")]
    [InlineData("\"journal\": { \"maxBytes\": \"63 MiB\" }", "gateway.journal.maxBytes")]
    [InlineData("\"journal\": { \"maxBytes\": \"1025 TiB\" }", "gateway.journal.maxBytes")]
    [InlineData("\"journal\": { \"segmentBytes\": \"1023 KiB\" }", "gateway.journal.segmentBytes")]
    [InlineData("\"journal\": { \"segmentBytes\": \"1025 MiB\" }", "gateway.journal.segmentBytes")]
    [InlineData("\"journal\": { \"gatherTime\": \"61 s\" }", "gateway.journal.gatherTime")]
    [InlineData("\"journal\": { \"keepPassed\": \"-1 s\" }", "gateway.journal.keepPassed")]
    [InlineData("\"journal\": { \"maxAge\": \"59 s\" }", "gateway.journal.maxAge")]
    [InlineData("\"journal\": { \"reserveBytes\": \"0 B\" }", "gateway.journal.reserveBytes")]
    [InlineData("\"journal\": { \"maxFileBytes\": \"2 TiB\" }", "gateway.journal.maxFileBytes")]
    [InlineData(
        "\"journal\": { \"maxBytes\": \"64 MiB\", \"segmentBytes\": \"17 MiB\" }",
        "gateway.journal.segmentBytes")]
    public void Gateway_BeyondALimit_IsRefused(string gateway, string path) =>
        Assert.Equal(path, Assert.Single(Sample.Read($$"""{ "gateway": { {{gateway}} } }""").Problems).Path);

    [Fact]
    public void Gateway_AtItsLimits_IsTaken() =>
        Assert.Empty(Sample.Read("""
            { "gateway": { "drainTime": "10 min", "journal": { "maxBytes": "64 MiB", "segmentBytes": "16 MiB" } } }
            """).Problems);

    [Fact]
    public void Journal_SmallWithoutSegments_GetsAQuarter() =>
        Assert.Equal(
            new ByteSize(16 << 20),
            Sample.Read("""{ "gateway": { "journal": { "maxBytes": "64 MiB" } } }""")
                .Config?.Gateway.Journal.SegmentBytes);

    [Fact]
    public void Gateway_SegmentsTooLargeAndAnotherMistake_ReportsBoth() =>
        Assert.Equal(2, Sample.Read("""
            { "gateway": { "nam": "x", "journal": { "maxBytes": "64 MiB", "segmentBytes": "32 MiB" } } }
            """).Problems.Count);

    [Theory]
    [InlineData("\"maxReadings\": 0", "norths[0].batch.maxReadings")]
    [InlineData("\"maxReadings\": 1000001", "norths[0].batch.maxReadings")]
    [InlineData("\"linger\": \"61 min\"", "norths[0].batch.linger")]
    public void Batch_BeyondALimit_IsRefused(string batch, string path) =>
        Assert.Equal(path, Assert.Single(Sample.Read($$"""
            { "norths": [ { "name": "a", "type": "sink", "batch": { {{batch}} }, "settings": { "folder": "x" } } ] }
            """).Problems).Path);
}
