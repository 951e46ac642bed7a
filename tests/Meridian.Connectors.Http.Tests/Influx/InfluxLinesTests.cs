using System.IO.Compression;
using System.Text;
using Meridian.Connectors.Http.Influx;
using Meridian.Connectors.Http.Tests.Peers;
using Meridian.Sdk.Faults;
using Meridian.Sdk.North;
using Meridian.Sdk.Readings;
using Meridian.Sdk.Settings;

namespace Meridian.Connectors.Http.Tests.Influx;

/// <summary>The endpoints of versions 2 and 3, byte for byte; and what is refused before it is sent.</summary>
public sealed class InfluxLinesTests
{
    private static CancellationToken None => CancellationToken.None;

    [Theory]
    [InlineData(InfluxVersion.V1, InfluxPrecision.Us, "/write?precision=u&db=plant%207&rp=year", null)]
    [InlineData(InfluxVersion.V2, InfluxPrecision.Ms, "/api/v2/write?precision=ms&org=o&bucket=b%2F1", "Token t0k")]
    [InlineData(
        InfluxVersion.V3, InfluxPrecision.S, "/api/v3/write_lp?precision=second&db=plant%207", "Bearer t0k")]
    public async Task HandleValues_ToEachVersion_SendsTheseBytes(
        InfluxVersion version, InfluxPrecision precision, string target, string? authorization)
    {
        await using var server = await WebServer.StartAsync();
        await using var rig = new InfluxRig();
        var north = await rig.ConnectAsync(InfluxRig.SettingsOf(server, version) with { Precision = precision });

        var outcome = await north.HandleValuesAsync(
            InfluxRig.Batch(
                InfluxRig.Of("a b", ReadingValue.From(ulong.MaxValue >> 1)),
                InfluxRig.Of("c", ReadingValue.From(0.5), 1, Quality.Uncertain)),
            None);

        var received = server.Received[^1];
        var unit = precision switch
        {
            InfluxPrecision.Us => "000000",
            InfluxPrecision.Ms => "000",
            _ => "",
        };
        var suffix = version == InfluxVersion.V1 ? "i" : "u";
        Assert.Equal(DeliveryOutcome.Delivered, outcome);
        Assert.Equal(("POST", target), (received.Method, received.Target));
        Assert.Equal(authorization, received.Headers.GetValueOrDefault("Authorization"));
        Assert.Equal("gzip", received.Headers["Content-Encoding"]);
        Assert.Equal(
            $"a\\ b value=9223372036854775807{suffix},quality=\"good\" 1772366400{unit}\n"
            + $"c value=0.5,quality=\"uncertain\" 1772366401{unit}\n",
            Unpack(received.Body));
    }

    public static TheoryData<string, string> Impossible => new()
    {
        { "nan", "NaN" },
        { "infinity", "cannot hold" },
        { "#comment", "makes a comment" },
        { "back\\", "ends with a backslash" },
        { "line\nend", "line end" },
        { "early", "1677" },
        { "huge", "no unsigned integers" },
    };

    [Theory]
    [MemberData(nameof(Impossible))]
    public async Task HandleValues_WhatCannotBeHeld_IsRefusedByNameAndNothingElse(string point, string words)
    {
        await using var server = await WebServer.StartAsync();
        await using var rig = new InfluxRig();
        var north = await rig.ConnectAsync(InfluxRig.SettingsOf(server, InfluxVersion.V1));
        var good = InfluxRig.Of("good", ReadingValue.From(1.0));
        var bad = point switch
        {
            "nan" => InfluxRig.Of(point, ReadingValue.From(double.NaN)),
            "infinity" => InfluxRig.Of(point, ReadingValue.From(double.NegativeInfinity)),
            "early" => new Reading(point, DateTimeOffset.MinValue, ReadingValue.From(1.0)),
            "huge" => InfluxRig.Of(point, ReadingValue.From(ulong.MaxValue)),
            _ => InfluxRig.Of(point, ReadingValue.From(1.0)),
        };

        var refused = await InfluxRig.DeliverAllAsync(north, [good, bad, good with { Point = "other" }]);

        var (reading, reason) = Assert.Single(refused);
        Assert.Equal(point, reading.Point);
        Assert.Contains(words, reason, StringComparison.Ordinal);
        Assert.Contains(point, reason, StringComparison.Ordinal);
        Assert.Equal(2, Unpack(server.Received[^1].Body).Count(static letter => letter == '\n'));
    }

    [Fact]
    public async Task HandleValues_NoValueAndNoFieldForTheQuality_IsRefusedWithTheWayOut()
    {
        await using var server = await WebServer.StartAsync();
        await using var rig = new InfluxRig();
        var north = await rig.ConnectAsync(
            InfluxRig.SettingsOf(server, InfluxVersion.V1) with { Quality = InfluxQuality.Tag });

        var (_, reason) = Assert.Single(
            await InfluxRig.DeliverAllAsync(north, [InfluxRig.Of("p", ReadingValue.Null)]));

        Assert.Contains("settings.quality", reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HandleValues_SameTimeOtherValue_IsRefusedInABatchAndAcross()
    {
        await using var server = await WebServer.StartAsync();
        await using var rig = new InfluxRig();
        var settings = InfluxRig.SettingsOf(server, InfluxVersion.V1);
        var north = await rig.ConnectAsync(settings);
        Reading[] within =
        [
            InfluxRig.Of("p", ReadingValue.From(1.0)),
            InfluxRig.Of("p", ReadingValue.From(1.0)),
            InfluxRig.Of("p", ReadingValue.From(2.0)),
        ];

        var here = await InfluxRig.DeliverAllAsync(north, within);
        var across = await InfluxRig.DeliverAllAsync(north, [InfluxRig.Of("p", ReadingValue.From(3.0))]);
        var again = await InfluxRig.DeliverAllAsync(north, [InfluxRig.Of("p", ReadingValue.From(1.0))]);
        var replay = await north.HandleValuesAsync(
            InfluxRig.Batch("r1", InfluxRig.Of("p", ReadingValue.From(4.0))), None);
        var overwriting = await rig.ConnectAsync(settings with { SameTime = InfluxSameTime.Overwrite });
        var allowed = await InfluxRig.DeliverAllAsync(overwriting, within);

        Assert.Equal(2.0, Assert.Single(here).Reading.Value.AsDouble());
        Assert.Contains("settings.sameTime", Assert.Single(across).Reason, StringComparison.Ordinal);
        Assert.Empty(again);
        Assert.Equal(DeliveryOutcome.Delivered, replay);
        Assert.Empty(allowed);
    }

    [Fact]
    public async Task HandleValues_TwoPointsOfOneSeries_DoNotTakeEachOthersPlace()
    {
        await using var server = await WebServer.StartAsync();
        await using var rig = new InfluxRig();
        var north = await rig.ConnectAsync(InfluxRig.SettingsOf(server, InfluxVersion.V1) with { Measurement = "all" });

        var (reading, _) = Assert.Single(await InfluxRig.DeliverAllAsync(
            north, [InfluxRig.Of("a", ReadingValue.From(1.0)), InfluxRig.Of("b", ReadingValue.From(2.0))]));

        Assert.Equal("b", reading.Point);
    }

    [Fact]
    public async Task HandleValues_FieldPerPoint_HasAQualityPerField()
    {
        await using var server = await WebServer.StartAsync();
        await using var rig = new InfluxRig();
        var north = await rig.ConnectAsync(InfluxRig.SettingsOf(server, InfluxVersion.V1) with
        {
            Measurement = "all",
            Field = "{point}",
            IsCompressed = false,
        });

        await north.HandleValuesAsync(
            InfluxRig.Batch(
                InfluxRig.Of("a", ReadingValue.From(1L)), InfluxRig.Of("b", ReadingValue.From(2L), 0, Quality.Bad)),
            None);

        Assert.Equal(
            "all a=1i,a_quality=\"good\" 1772366400000000000\nall b=2i,b_quality=\"bad\" 1772366400000000000\n",
            Encoding.UTF8.GetString(server.Received[^1].Body));
    }

    [Fact]
    public async Task HandleValues_Version3NamesTheLines_TheOthersAreDelivered()
    {
        await using var server = await WebServer.StartAsync();
        await using var rig = new InfluxRig();
        var north = await rig.ConnectAsync(InfluxRig.SettingsOf(server, InfluxVersion.V3));
        server.Next(Answers.Status(
            400,
            """
            {"error":"partial write of line protocol occurred","data":[{"original_line":"p value=2i","line_number":2,
            "error_message":"invalid column type for column 'value', expected iox::column_type::field::float"}]}
            """));

        var outcome = await north.HandleValuesAsync(
            InfluxRig.Batch(
                InfluxRig.Of("p", ReadingValue.From(1.0)),
                InfluxRig.Of("p", ReadingValue.From(2L), 1),
                InfluxRig.Of("p", ReadingValue.From(3.0), 2)),
            None);

        Assert.Equal(DeliveryOutcomeKind.Delivered, outcome.Kind);
        var rejection = Assert.Single(outcome.Rejections!);
        Assert.Equal(1, rejection.Index);
        Assert.Contains("invalid column type", rejection.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HandleValues_Version3NamesAsManyLinesAsItEverDoes_TheBatchIsSplitAndNothingPassesForStored()
    {
        await using var server = await WebServer.StartAsync();
        await using var rig = new InfluxRig();
        var north = await rig.ConnectAsync(InfluxRig.SettingsOf(server, InfluxVersion.V3));
        var named = Enumerable.Range(1, 100)
            .Select(static line => $$"""{"line_number":{{line}},"error_message":"no"}""");
        server.Next(Answers.Status(
            400, $$"""{"error":"partial write of line protocol occurred","data":[{{string.Join(',', named)}}]}"""));

        var outcome = await north.HandleValuesAsync(
            InfluxRig.Batch([.. Enumerable.Range(0, 150).Select(static i =>
                InfluxRig.Of("p", ReadingValue.From((long)i), i))]),
            None);

        Assert.Equal(DeliveryOutcomeKind.Rejected, outcome.Kind);
        Assert.Null(outcome.Rejections);
    }

    [Theory]
    [InlineData(
        422,
        """{"code":"unprocessable entity","message":"partial write: field type conflict dropped=1"}""",
        DeliveryOutcomeKind.Rejected)]
    [InlineData(
        400,
        """{"code":"invalid","message":"unable to parse 'x': missing fields"}""",
        DeliveryOutcomeKind.Rejected)]
    [InlineData(413, "", DeliveryOutcomeKind.Rejected)]
    [InlineData(429, "", DeliveryOutcomeKind.Retry)]
    [InlineData(500, """{"code":"internal error","message":"engine: partial write"}""", DeliveryOutcomeKind.Retry)]
    [InlineData(503, "", DeliveryOutcomeKind.Retry)]
    public async Task HandleValues_AnsweredSo_HasThisOutcome(int status, string body, DeliveryOutcomeKind kind)
    {
        await using var server = await WebServer.StartAsync();
        await using var rig = new InfluxRig();
        var north = await rig.ConnectAsync(InfluxRig.SettingsOf(server, InfluxVersion.V2));
        server.Next(Answers.Status(status, body, "Retry-After: 4"));

        var outcome = await north.HandleValuesAsync(InfluxRig.Batch(InfluxRig.Of("p", ReadingValue.From(1L))), None);

        Assert.Equal(kind, outcome.Kind);
        Assert.Contains($"{status}", outcome.Reason, StringComparison.Ordinal);
        Assert.Equal(kind == DeliveryOutcomeKind.Retry ? 4.0 : null, outcome.RetryAfter?.TotalSeconds);
    }

    [Theory]
    [InlineData(400, """{"code":"invalid","message":"Please provide either orgID or org"}""", Fault.Misconfigured)]
    [InlineData(401, """{"code":"unauthorized","message":"t0k is unknown"}""", Fault.Unauthorized)]
    [InlineData(403, "", Fault.Unauthorized)]
    [InlineData(404, """{"code":"not found","message":"bucket \"b\" not found"}""", Fault.Misconfigured)]
    [InlineData(302, "", Fault.Misconfigured)]
    public async Task HandleValues_SettingsOrRightsWrong_IsAFaultAndNeverQuarantine(int status, string body, Fault kind)
    {
        await using var server = await WebServer.StartAsync();
        await using var rig = new InfluxRig();
        var north = await rig.ConnectAsync(InfluxRig.SettingsOf(server, InfluxVersion.V2));
        server.Next(Answers.Status(status, body));

        var fault = await Assert.ThrowsAsync<ConnectorException>(
            async () => await north.HandleValuesAsync(
                InfluxRig.Batch(InfluxRig.Of("p", ReadingValue.From(1L))), None));

        Assert.Equal((kind, true), (fault.Fault, fault.IsTransient));
        Assert.DoesNotContain("t0k", fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Check_FindsEveryProblemWithItsPath()
    {
        var good = InfluxRig.SettingsOf(new Uri("http://influx:8086"), "plant");
        var bad = good with
        {
            Url = new Uri("http://influx:8086/?db=x"),
            Measurement = "{value}",
            Field = "time",
            Password = new Secret("s3cret"),
            Token = new Secret("a\n"),
            Tags = new Dictionary<string, string>(StringComparer.Ordinal) { ["_x"] = "{point", ["ok"] = "{point}" },
        };

        Assert.Empty(InfluxCheck.Find(good));
        Assert.Equal(
            ["settings.field", "settings.measurement", "settings.password", "settings.tags._x", "settings.tags._x",
                "settings.token", "settings.url"],
            InfluxCheck.Find(bad).Select(static one => one.Path).Order(StringComparer.Ordinal),
            StringComparer.Ordinal);
    }

    private static string Unpack(byte[] body)
    {
        using var gzip = new GZipStream(new MemoryStream(body), CompressionMode.Decompress);
        using var reader = new StreamReader(gzip, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
