using System.Text;
using Meridian.Configuration.Schedules;
using Meridian.Sdk;
using Meridian.Sdk.North;
using Meridian.Sdk.Settings;

namespace Meridian.Configuration.Tests.Sections;

public sealed class NorthTests
{
    [Fact]
    public void North_WithTriggersAndLimits_HasThem()
    {
        var result = ReadNorth("""
            "batch": { "maxReadings": 5, "maxBytes": "64 KiB", "linger": "5 ms", "minDelay": "1 s",
              "schedule": "shift" },
            "lag": { "maxBytes": "2 GB", "maxData": 1000, "maxAge": "7 d", "whenFull": "dropOldest" }
            """);

        Assert.Empty(result.Problems);
        var north = Assert.Single(result.Config!.Norths);
        Assert.Equal(
            new BatchConfig
            {
                MaxReadings = 5,
                MaxBytes = new ByteSize(64 << 10),
                Linger = TimeSpan.FromMilliseconds(5),
                MinDelay = TimeSpan.FromSeconds(1),
                Schedule = Assert.Single(result.Config.Schedules),
            },
            north.Batch);
        Assert.Equal(
            new LagConfig
            {
                MaxBytes = new ByteSize(2_000_000_000),
                MaxData = 1_000,
                MaxAge = TimeSpan.FromDays(7),
                WhenFull = LagPolicy.DropOldest,
            },
            north.Lag);
    }

    [Fact]
    public void North_ThatSaysNothing_SendsAtOnceAndBlocksAtTheJournalsLimit()
    {
        var north = Assert.Single(ReadNorth("\"enabled\": true").Config!.Norths);

        Assert.Equal((TimeSpan.Zero, TimeSpan.Zero), (north.Batch.Linger, north.Batch.MinDelay));
        Assert.Null(north.Batch.Schedule);
        Assert.Null(north.Batch.MaxBytes);
        Assert.Equal(new LagConfig { WhenFull = LagPolicy.Block }, north.Lag);
    }

    [Fact]
    public void North_WithAPeriod_FollowsIt() =>
        Assert.Equal(
            new PeriodSchedule(TimeSpan.FromMinutes(1)),
            ReadNorth("\"batch\": { \"schedule\": \"1 min\" }").Config?.Norths[0].Batch.Schedule);

    [Theory]
    [InlineData("\"batch\": { \"maxBytes\": \"1023 B\" }", "batch.maxBytes", "'maxBytes' is 1023 B; it must be")]
    [InlineData("\"batch\": { \"minDelay\": \"61 min\" }", "batch.minDelay", "is 61 min; it must be")]
    [InlineData("\"batch\": { \"schedule\": \"shft\" }", "batch.schedule", "nor a schedule's name")]
    [InlineData("\"batch\": { \"schedule\": \"1 ms\" }", "batch.schedule", "a period is 10 ms to 30 d.")]
    [InlineData("\"batch\": { \"schedule\": \"subscription\" }", "batch.schedule", "leave it out to send at once.")]
    [InlineData("\"batch\": { \"every\": \"1 s\" }", "batch.every", "'every' is not known here")]
    [InlineData("\"batch\": { \"maxParallelSends\": 33 }", "batch.maxParallelSends", "it must be")]
    [InlineData("\"batch\": 5", "batch", "must be")]
    [InlineData("\"lag\": { \"maxBytes\": \"63 KiB\" }", "lag.maxBytes", "it must be at least 64 KiB")]
    [InlineData("\"lag\": { \"maxData\": 999 }", "lag.maxData", "it must be at least 1000")]
    [InlineData("\"lag\": { \"maxAge\": \"1 h\" }", "lag.maxAge", "is only used when 'whenFull' is")]
    [InlineData("\"lag\": { \"whenFull\": \"drop\" }", "lag.whenFull", "block")]
    public void North_WithAMistake_IsToldInWords(string members, string path, string words)
    {
        var problem = Assert.Single(ReadNorth(members).Problems);

        Assert.Equal("norths[0]." + path, problem.Path);
        Assert.Contains(words, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void MaxParallelSends_ThatTheConnectorAllows_IsTaken() =>
        Assert.Equal(
            4, ReadParallel(Sample.North with { MaxParallelSends = 8 }, 4).Config?.Norths[0].Batch.MaxParallelSends);

    [Fact]
    public void MaxParallelSends_OfOne_NeedsNoWordOfTheConnector() =>
        Assert.Empty(ReadParallel(Sample.North with { NeedsExactBatches = true }, 1).Problems);

    [Theory]
    [InlineData(1, false, "the connector 'sink' sends one batch at a time; leave it out.")]
    [InlineData(3, false, "the connector 'sink' allows 3 at most.")]
    [InlineData(8, true, "the connector 'sink' needs exact batches")]
    public void MaxParallelSends_ThatTheConnectorCannot_IsToldInWords(
        int allowed, bool needsExactBatches, string words)
    {
        var problem = Assert.Single(
            ReadParallel(
                Sample.North with { MaxParallelSends = allowed, NeedsExactBatches = needsExactBatches }, 4).Problems);

        Assert.Equal("norths[0].batch.maxParallelSends", problem.Path);
        Assert.StartsWith("'maxParallelSends' is 4; ", problem.Message, StringComparison.Ordinal);
        Assert.Contains(words, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void MaxParallelSends_OfANorthWithACursorOfItsOwn_IsToldInWords()
    {
        var manifest = Sample.North with { MaxParallelSends = 8, ConnectorType = typeof(KeepingNorth) };

        var problem = Assert.Single(ReadParallel(manifest, 2).Problems);

        Assert.Contains("keeps one place with its data", problem.Message, StringComparison.Ordinal);
    }

    private static ConfigurationResult ReadParallel(NorthManifest manifest, int sends) => ConfigurationReader.Read(
        Encoding.UTF8.GetBytes($$"""
            {
              "norths": [
                {
                  "name": "a", "type": "sink", "settings": { "folder": "x" },
                  "batch": { "maxParallelSends": {{sends}} }
                }
              ]
            }
            """),
        new ConnectorCatalog([], [manifest]),
        new FakeEnvironment());

    private static ConfigurationResult ReadNorth(string members) => Sample.Read($$"""
        {
          "schedules": [ { "name": "shift", "cron": "0 0 6 * * ?" } ],
          "norths": [ { "name": "a", "type": "sink", "settings": { "folder": "x" }, {{members}} } ]
        }
        """);

    /// <summary>Only its interfaces count here.</summary>
    private abstract class KeepingNorth : SinkNorth, IKeepsOwnCursor
    {
        public abstract ValueTask<IReadOnlyList<DeliveryPosition>> ReadPositionsAsync(
            string northId, CancellationToken cancellationToken);
    }
}
