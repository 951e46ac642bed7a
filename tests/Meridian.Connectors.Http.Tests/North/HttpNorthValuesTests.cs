using System.IO.Compression;
using System.Text;
using Meridian.Connectors.Http.North;
using Meridian.Connectors.Http.Tests.Peers;
using Meridian.Fixtures;
using Meridian.Sdk.North;
using Meridian.Sdk.Readings;
using Meridian.Sdk.Settings;

namespace Meridian.Connectors.Http.Tests.North;

/// <summary>What arrives of readings, and what answers mean.</summary>
// What the process allocates is measured, so nothing else runs meanwhile.
[CollectionDefinition(nameof(HttpNorthValuesTests), DisableParallelization = true)]
[Collection(nameof(HttpNorthValuesTests))]
public sealed class HttpNorthValuesTests
{
    private static CancellationToken None => CancellationToken.None;

    private static Reading[] Two =>
    [
        new("line1/temp", NorthRig.Time, ReadingValue.From(21.5)),
        new("line1/state", NorthRig.Time.AddSeconds(1), ReadingValue.From("a,b"), Quality.Bad),
    ];

    [Theory]
    [InlineData(
        HttpNorthFormat.Json,
        "application/json",
        """[{"point":"line1/temp","timestamp":"2026-03-01T12:00:00.0000000Z","value":21.5,"quality":"good"},"""
            + """{"point":"line1/state","timestamp":"2026-03-01T12:00:01.0000000Z","value":"a,b","quality":"bad"}]""")]
    [InlineData(
        HttpNorthFormat.Ndjson,
        "application/x-ndjson",
        """{"point":"line1/temp","timestamp":"2026-03-01T12:00:00.0000000Z","value":21.5,"quality":"good"}""" + "\n"
            + """{"point":"line1/state","timestamp":"2026-03-01T12:00:01.0000000Z","value":"a,b","quality":"bad"}"""
            + "\n")]
    [InlineData(
        HttpNorthFormat.Csv,
        "text/csv; charset=utf-8",
        "timestamp,point,value,quality\r\n2026-03-01T12:00:00.0000000Z,line1/temp,21.5,good\r\n"
            + "2026-03-01T12:00:01.0000000Z,line1/state,\"a,b\",bad\r\n")]
    public async Task HandleValues_InAFormat_ArrivesAsWritten(HttpNorthFormat format, string mediaType, string body)
    {
        await using var rig = await NorthRig.NewAsync();
        var north = await rig.ConnectAsync(rig.Settings with { Format = format });
        var batch = NorthRig.Batch(7, Two);

        var outcome = await north.HandleValuesAsync(batch, None);

        var received = Assert.Single(rig.Server.Received);
        Assert.Equal(DeliveryOutcome.Delivered, outcome);
        Assert.Equal(("POST", "/data", batch.Key), (received.Method, received.Target, received.Key));
        Assert.Equal(mediaType, received.Headers["Content-Type"]);
        Assert.Equal(body, NorthRig.TextOf(received));
    }

    [Theory]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "Infinity")]
    [InlineData(double.NegativeInfinity, "-Infinity")]
    public async Task HandleValues_NumberThatJsonHasNot_ArrivesAsText(double number, string text)
    {
        await using var rig = await NorthRig.NewAsync();
        var north = await rig.ConnectAsync();

        var outcome = await north.HandleValuesAsync(
            NorthRig.Batch(0, new Reading("line1/temp", NorthRig.Time, ReadingValue.From(number))), None);

        Assert.Equal(DeliveryOutcome.Delivered, outcome);
        Assert.Contains(
            $"\"value\":\"{text}\"", NorthRig.TextOf(Assert.Single(rig.Server.Received)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task HandleValues_ValueOutOfTypeForTheServer_IsRejectedWithItsWordsAndTheOthersArrive()
    {
        await using var rig = await NorthRig.NewAsync();
        var north = await rig.ConnectAsync();
        rig.Server.Otherwise = async (http, received) => await Answers.Status(
            NorthRig.TextOf(received).Contains("\"off\"", StringComparison.Ordinal) ? 422 : 201,
            "value must be a number")(http, received);
        var good = new Reading("line1/temp", NorthRig.Time, ReadingValue.From(1.5));
        var bad = new Reading("line1/temp", NorthRig.Time.AddSeconds(1), ReadingValue.From("off"));

        var together = await north.HandleValuesAsync(NorthRig.Batch(0, good, bad), None);
        var alone = await north.HandleValuesAsync(NorthRig.Batch(1, bad), None);
        var rest = await north.HandleValuesAsync(NorthRig.Batch(0, good), None);

        Assert.Equal(
            (DeliveryOutcomeKind.Rejected, DeliveryOutcomeKind.Rejected, DeliveryOutcomeKind.Delivered),
            (together.Kind, alone.Kind, rest.Kind));
        Assert.Contains("422", alone.Reason, StringComparison.Ordinal);
        Assert.Contains("value must be a number", alone.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HandleValues_PackedByPutWithHeaders_ArrivesSo()
    {
        await using var rig = await NorthRig.NewAsync();
        var north = await rig.ConnectAsync(rig.Settings with
        {
            Compression = HttpCompression.Gzip,
            Method = HttpNorthMethod.Put,
            IdempotencyHeader = "X-Batch",
            Headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["X-Plant"] = "7" },
        });
        var batch = NorthRig.Numbers(0, 1_000);

        await north.HandleValuesAsync(batch, None);

        var received = Assert.Single(rig.Server.Received);
        await using var gzip = new GZipStream(new MemoryStream(received.Body), CompressionMode.Decompress);
        using var reader = new StreamReader(gzip, Encoding.UTF8);
        var text = await reader.ReadToEndAsync();
        Assert.Equal(("PUT", "gzip"), (received.Method, received.Headers["Content-Encoding"]));
        Assert.Equal((batch.Key, "7"), (received.Headers["X-Batch"], received.Headers["X-Plant"]));
        Assert.EndsWith("\"value\":999,\"quality\":\"good\"}]", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HandleValues_LargerThanABody_GoesInPartsWithKeysOfTheirOwn()
    {
        await using var rig = await NorthRig.NewAsync();
        var north = await rig.ConnectAsync(rig.Settings with { MaxBodySize = new ByteSize(1_024) });
        var batch = NorthRig.Numbers(0, 25);

        var outcome = await north.HandleValuesAsync(batch, None);
        await north.HandleValuesAsync(batch, None);

        var all = rig.Server.Received;
        var first = all.Take(all.Count / 2).ToArray();
        Assert.Equal(DeliveryOutcome.Delivered, outcome);
        Assert.True(first.Length > 1);
        Assert.All(first, one => Assert.InRange(one.Body.Length, 1, 1_024));
        Assert.Equal(first.Length, first.Select(static one => one.Key).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(
            first.Select(static one => (one.Key, NorthRig.TextOf(one))),
            all.Skip(first.Length).Select(static one => (one.Key, NorthRig.TextOf(one))));
        Assert.Equal(Enumerable.Range(0, 25).Select(static i => (long)i), first.SelectMany(KeyedStore.NumbersOf));
    }

    [Fact]
    public async Task HandleValues_PartsOfOnePosition_AreNotParted()
    {
        await using var rig = await NorthRig.NewAsync();
        var north = await rig.ConnectAsync(rig.Settings with { MaxBodySize = new ByteSize(1_024) });
        var readings = NorthRig.Numbers(0, 12).Readings;
        var batch = new ValuesBatch(
            NorthRig.JournalId,
            readings,
            new long[] { 0, 1, 2, 3, 4, 5, 5, 5, 5, 5, 5, 5 },
            NorthRig.Position(6));

        await north.HandleValuesAsync(batch, None);

        Assert.Equal([0L, 1, 2, 3, 4], KeyedStore.NumbersOf(rig.Server.Received[0]));
        Assert.Equal([5L, 6, 7, 8, 9, 10, 11], KeyedStore.NumbersOf(rig.Server.Received[1]));
    }

    [Fact]
    public async Task HandleValues_OneReadingBeyondABody_IsRejectedByName()
    {
        await using var rig = await NorthRig.NewAsync();
        var north = await rig.ConnectAsync(rig.Settings with { MaxBodySize = new ByteSize(1_024) });
        var huge = new Reading("huge", NorthRig.Time, ReadingValue.From(new string('x', 2_000)));

        var alone = await north.HandleValuesAsync(NorthRig.Batch(0, huge, Two[0]), None);
        var behind = await north.HandleValuesAsync(NorthRig.Batch(0, Two[0], huge), None);

        Assert.Equal(0, Assert.Single(alone.Rejections!).Index);
        Assert.Contains("'huge'", alone.Reason, StringComparison.Ordinal);
        Assert.Contains("settings.maxBodySize", alone.Reason, StringComparison.Ordinal);
        Assert.Equal((DeliveryOutcomeKind.Retry, 1), (behind.Kind, behind.DeliveredCount));
        Assert.Equal(TimeSpan.Zero, behind.RetryAfter);
    }

    [Theory]
    [InlineData(200, DeliveryOutcomeKind.Delivered)]
    [InlineData(202, DeliveryOutcomeKind.Delivered)]
    [InlineData(400, DeliveryOutcomeKind.Rejected)]
    [InlineData(408, DeliveryOutcomeKind.Retry)]
    [InlineData(409, DeliveryOutcomeKind.Retry)]
    [InlineData(413, DeliveryOutcomeKind.Rejected)]
    [InlineData(422, DeliveryOutcomeKind.Rejected)]
    [InlineData(425, DeliveryOutcomeKind.Retry)]
    [InlineData(429, DeliveryOutcomeKind.Retry)]
    [InlineData(500, DeliveryOutcomeKind.Retry)]
    [InlineData(503, DeliveryOutcomeKind.Retry)]
    [InlineData(460, DeliveryOutcomeKind.Delivered)]
    [InlineData(461, DeliveryOutcomeKind.Retry)]
    [InlineData(520, DeliveryOutcomeKind.Rejected)]
    public async Task HandleValues_AnsweredWithAStatus_MeansWhatTheTableSays(int status, DeliveryOutcomeKind kind)
    {
        await using var rig = await NorthRig.NewAsync();
        var north = await rig.ConnectAsync(rig.Settings with
        {
            DeliveredCodes = [460],
            RetryCodes = [461],
            RejectedCodes = [520],
        });
        rig.Server.Next(Answers.Status(status, kind == DeliveryOutcomeKind.Delivered ? "" : "value out\r\nof range"));

        var outcome = await north.HandleValuesAsync(NorthRig.Numbers(0, 3), None);

        Assert.Equal(kind, outcome.Kind);
        Assert.Equal(0, outcome.DeliveredCount);
        if (kind != DeliveryOutcomeKind.Delivered)
        {
            Assert.Contains($"{status}", outcome.Reason, StringComparison.Ordinal);
            Assert.Contains("value out of range.", outcome.Reason, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task HandleValues_LaterPartRejected_PassesTheOnesBefore()
    {
        await using var rig = await NorthRig.NewAsync();
        var north = await rig.ConnectAsync(rig.Settings with { MaxBodySize = new ByteSize(1_024) });
        rig.Server.Next(Answers.Status(204), Answers.Status(422));

        var outcome = await north.HandleValuesAsync(NorthRig.Numbers(0, 25), None);

        Assert.Equal(DeliveryOutcomeKind.Retry, outcome.Kind);
        Assert.Equal(KeyedStore.NumbersOf(rig.Server.Received[0]).Count, outcome.DeliveredCount);
    }

    [Fact]
    public async Task HandleValues_LaterPartAskedToWait_PassesNothing()
    {
        await using var rig = await NorthRig.NewAsync();
        var north = await rig.ConnectAsync(rig.Settings with { MaxBodySize = new ByteSize(1_024) });
        rig.Server.Next(Answers.Status(204), Answers.Status(503));

        var outcome = await north.HandleValuesAsync(NorthRig.Numbers(0, 25), None);

        Assert.Equal((DeliveryOutcomeKind.Retry, 0), (outcome.Kind, outcome.DeliveredCount));
    }

    [Theory]
    [InlineData("Retry-After: 7", null, 7.0)]
    [InlineData("Retry-After: 0", null, 0.0)]
    [InlineData("Retry-After: 86400", null, 60.0)]
    [InlineData("Retry-After: 1e400", null, null)]
    [InlineData("Retry-After: soon", null, null)]
    [InlineData("Retry-After: Sun, 01 Mar 2026 12:00:20 GMT", "Date: Sun, 01 Mar 2026 12:00:05 GMT", 15.0)]
    [InlineData("Retry-After: Sun, 01 Mar 2026 11:00:00 GMT", "Date: Sun, 01 Mar 2026 12:00:05 GMT", 0.0)]
    public async Task HandleValues_AskedToWait_SaysHowLong(string header, string? date, double? seconds)
    {
        await using var rig = await NorthRig.NewAsync();
        var north = await rig.ConnectAsync(rig.Settings with { MaxRetryAfter = TimeSpan.FromMinutes(1) });
        rig.Server.Next(Answers.Status(429, "", date is null ? [header] : [header, date]));

        var outcome = await north.HandleValuesAsync(NorthRig.Numbers(0, 3), None);

        Assert.Equal(DeliveryOutcomeKind.Retry, outcome.Kind);
        Assert.Equal(seconds, outcome.RetryAfter?.TotalSeconds);
    }

    [Theory]
    [InlineData(204)]
    [InlineData(500)]
    public async Task HandleValues_AnswerIsABomb_EndsAtTheLimit(int status)
    {
        await using var rig = await NorthRig.NewAsync();
        var north = await rig.ConnectAsync();
        rig.Server.Next(Answers.Bomb(status == 204 ? 200 : status));
        var before = GC.GetTotalAllocatedBytes(precise: true);

        var outcome = await north.HandleValuesAsync(NorthRig.Numbers(0, 3), None);

        // The server of the test allocates in this process too; a gigabyte would show all the same.
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 64 * 1024 * 1024);
        Assert.Equal(status == 204 ? DeliveryOutcomeKind.Delivered : DeliveryOutcomeKind.Retry, outcome.Kind);
    }

    [Fact]
    public async Task HandleValues_AnswerShorterThanPromised_IsDeliveredByItsStatus()
    {
        await using var server = new RawServer("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nonly this");
        await using var rig = await NorthRig.NewAsync();
        var north = await rig.ConnectAsync(NorthRig.SettingsOf(server.Url));

        Assert.Equal(DeliveryOutcome.Delivered, await north.HandleValuesAsync(NorthRig.Numbers(0, 3), None));
    }

    [Fact]
    public async Task HandleValues_WithARateLimit_SpreadsRequests()
    {
        await using var rig = await NorthRig.NewAsync();
        var north = await rig.ConnectAsync(rig.Settings with { RequestsPerSecond = 20 });
        var began = TimeProvider.System.GetTimestamp();

        for (var i = 0; i < 10; i++)
        {
            await north.HandleValuesAsync(NorthRig.Numbers(i, 1), None);
        }

        // The probe took the first turn: ten more are ten intervals of 50 ms behind it.
        Assert.InRange(TimeProvider.System.GetElapsedTime(began).TotalMilliseconds, 440, 5_000);
    }
}
