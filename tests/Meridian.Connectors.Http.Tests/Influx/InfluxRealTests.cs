using Meridian.Connectors.Http.Influx;
using Meridian.Fixtures;
using Meridian.Sdk.Faults;
using Meridian.Sdk.North;
using Meridian.Sdk.Readings;
using Meridian.Sdk.Settings;

namespace Meridian.Connectors.Http.Tests.Influx;

/// <summary>What a real InfluxDB 1.6 makes of it.</summary>
public sealed class InfluxRealTests
{
    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task HandleValues_OfEveryKind_IsReadBackAsItWas()
    {
        await using var rig = new InfluxRig();
        var settings = await InfluxRig.NewSettingsAsync();
        var north = await rig.ConnectAsync(settings);

        var outcome = await north.HandleValuesAsync(
            InfluxRig.Batch(
                InfluxRig.Of("double", ReadingValue.From(-1.5e-7)),
                InfluxRig.Of("int", ReadingValue.From(long.MinValue)),
                InfluxRig.Of("uint", ReadingValue.From((ulong)long.MaxValue)),
                InfluxRig.Of("bool", ReadingValue.From(true)),
                InfluxRig.Of("text", ReadingValue.From("a \"b\" \\ c\\")),
                InfluxRig.Of("lines", ReadingValue.From("one\ntwo")),
                InfluxRig.Of("bytes", ReadingValue.From(new byte[] { 0, 255, 16 })),
                InfluxRig.Of("json", ReadingValue.FromJson("""{"a":[1]}""")),
                InfluxRig.Of("none", ReadingValue.Null, quality: Quality.BadDecoding)),
            None);

        var server = await InfluxRig.ServerAsync();
        Assert.Equal(DeliveryOutcome.Delivered, outcome);
        foreach (var (point, line) in new[]
        {
            ("double", "double,,1772366400000000000,good,-0.00000015"),
            ("int", "int,,1772366400000000000,good,-9223372036854775808"),
            ("uint", "uint,,1772366400000000000,good,9223372036854775807"),
            ("bool", "bool,,1772366400000000000,good,true"),
            ("text", "text,,1772366400000000000,good,\"a \"\"b\"\" \\ c\\\""),
            ("lines", "lines,,1772366400000000000,good,\"one\ntwo\""),
            ("bytes", "bytes,,1772366400000000000,good,AP8Q"),
            ("json", "json,,1772366400000000000,good,\"{\"\"a\"\":[1]}\""),
        })
        {
            var answer = await server.QueryAsync($"SELECT quality, value FROM \"{point}\"", settings.Database!);
            Assert.Equal($"name,tags,time,quality,value\n{line}\n", answer);
        }

        Assert.Equal(
            "name,tags,time,quality\nnone,,1772366400000000000,bad 0x80070000\n",
            await server.QueryAsync("SELECT * FROM none", settings.Database!));
    }

    [Fact]
    public async Task HandleValues_NamesWithSpecialCharacters_AreReadBackAsTheyWere()
    {
        await using var rig = new InfluxRig();
        var settings = await InfluxRig.NewSettingsAsync() with
        {
            Measurement = "my, =table",
            Field = "va l=u,e",
            Quality = InfluxQuality.None,
            Tags = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["po int"] = "{point}",
                ["level"] = "{topic[1]}",
                ["missing"] = "{topic[9]}",
            },
        };
        var north = await rig.ConnectAsync(settings);

        await north.HandleValuesAsync(
            InfluxRig.Batch(InfluxRig.Of(@"line 1/te,m=p/ä\b\,c", ReadingValue.From(1.5))), None);

        var answer = await (await InfluxRig.ServerAsync()).QueryAsync("SELECT * FROM /.*/", settings.Database!);
        Assert.Equal(
            "name,tags,time,level,po int,\"va l=u,e\"\n\"my, =table\",,1772366400000000000,\"te,m=p\",\"line 1/te,m=p/ä"
            + "\\b\\,c\",1.5\n",
            answer);
    }

    [Fact]
    public async Task HandleValues_SentAgain_IsStoredOnce()
    {
        await using var rig = new InfluxRig();
        var settings = await InfluxRig.NewSettingsAsync() with { MaxBodySize = new ByteSize(1_024) };
        var north = await rig.ConnectAsync(settings);
        var batch = InfluxRig.Batch(
            [.. Enumerable.Range(0, 500).Select(static i => InfluxRig.Of("p", ReadingValue.From((long)i), i))]);

        await north.HandleValuesAsync(batch, None);
        await north.HandleValuesAsync(batch, None);
        await (await rig.ConnectAsync(settings)).HandleValuesAsync(batch, None);

        Assert.Equal(
            "name,tags,time,count,sum\np,,0,500,124750\n",
            await (await InfluxRig.ServerAsync())
                .QueryAsync("SELECT count(value), sum(value) FROM p", settings.Database!));
    }

    [Fact]
    public async Task HandleValues_TypeOfAnotherKind_RejectsTheOffendersAloneInWords()
    {
        await using var rig = new InfluxRig();
        var settings = await InfluxRig.NewSettingsAsync();
        var north = await rig.ConnectAsync(settings);
        await north.HandleValuesAsync(InfluxRig.Batch(InfluxRig.Of("p", ReadingValue.From(0.5))), None);
        var readings = Enumerable.Range(1, 100)
            .Select(static i => InfluxRig.Of(
                "p", i is 17 or 63 ? ReadingValue.From((long)i) : ReadingValue.From((double)i), i))
            .ToArray();

        var refused = await InfluxRig.DeliverAllAsync(north, readings);

        Assert.Equal([17L, 63L], refused.Select(static one => one.Reading.Value.AsInt64()));
        Assert.All(refused, static one => Assert.Contains("field type conflict", one.Reason, StringComparison.Ordinal));
        Assert.Equal(
            "name,tags,time,count\np,,0,99\n",
            await (await InfluxRig.ServerAsync()).QueryAsync("SELECT count(value) FROM p", settings.Database!));
    }

    [Fact]
    public async Task HandleValues_FinerThanThePrecision_MergesNothing()
    {
        await using var rig = new InfluxRig();
        var settings = await InfluxRig.NewSettingsAsync() with { Precision = InfluxPrecision.S };
        var north = await rig.ConnectAsync(settings);

        await north.HandleValuesAsync(
            InfluxRig.Batch(
                InfluxRig.Of("p", ReadingValue.From(1L)),
                InfluxRig.Of("p", ReadingValue.From(2L), 0.0000001),
                InfluxRig.Of("p", ReadingValue.From(3L), 0.5)),
            None);
        await north.HandleValuesAsync(InfluxRig.Batch(InfluxRig.Of("p", ReadingValue.From(4L), 7)), None);

        Assert.Equal(
            "name,tags,time,value\np,,1772366400000000000,1\np,,1772366400000000100,2\np,,1772366400500000000,3\n"
            + "p,,1772366407000000000,4\n",
            await (await InfluxRig.ServerAsync()).QueryAsync("SELECT value FROM p", settings.Database!));
    }

    [Fact]
    public async Task Connect_DatabaseThatIsNotThere_SaysSo()
    {
        await using var rig = new InfluxRig();
        var server = await InfluxRig.ServerAsync();

        var fault = await Assert.ThrowsAsync<ConnectorException>(
            () => rig.ConnectAsync(InfluxRig.SettingsOf(server.Url, "nowhere")));

        Assert.Equal((Fault.Misconfigured, true), (fault.Fault, fault.IsTransient));
        Assert.Contains("database 'nowhere'", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_WithUsers_TakesThePasswordAndRefusesAnother()
    {
        await using var server = await InfluxServer.StartAsync(hasUsers: true);
        await server.QueryAsync("CREATE DATABASE plant");
        await using var rig = new InfluxRig();
        var settings = InfluxRig.SettingsOf(server.Url, "plant") with
        {
            UserName = InfluxServer.UserName,
            Password = new Secret(InfluxServer.Password),
        };

        var fault = await rig.ConnectFaultAsync(settings with { Password = new Secret("wr0ng-one") });
        var north = await rig.ConnectAsync(settings);
        var facts = await rig.FactsAsync(settings);

        Assert.Equal((Fault.Unauthorized, true), (fault.Fault, fault.IsTransient));
        Assert.Contains("401 Unauthorized: authorization failed.", fault.Message, StringComparison.Ordinal);
        Assert.Contains("settings.userName and settings.password", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("wr0ng-one", fault.ToString(), StringComparison.Ordinal);
        Assert.Equal(DeliveryOutcome.Delivered, await north.HandleValuesAsync(InfluxRig.Number(1), None));
        Assert.StartsWith("1.", facts["Server version"], StringComparison.Ordinal);
        Assert.Equal("database 'plant' takes writes", facts["Target"]);
        Assert.EndsWith(" ms", facts["Latency"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_UserWithoutTheRightToWrite_IsToldWhatToGrantAndGoesOnOnceItIs()
    {
        await using var server = await InfluxServer.StartAsync(hasUsers: true);
        await server.QueryAsync("CREATE DATABASE plant");
        await server.QueryAsync("CREATE USER reader WITH PASSWORD 'reader-passw0rd'");
        await server.QueryAsync("GRANT READ ON plant TO reader");
        await using var rig = new InfluxRig();
        var north = rig.Make(InfluxRig.SettingsOf(server.Url, "plant") with
        {
            UserName = "reader",
            Password = new Secret("reader-passw0rd"),
        });

        var fault = await Assert.ThrowsAsync<ConnectorException>(() => north.ConnectAsync(None));
        await server.QueryAsync("GRANT ALL ON plant TO reader");
        await north.ConnectAsync(None);
        var outcome = await north.HandleValuesAsync(InfluxRig.Number(1), None);

        Assert.Equal((Fault.Unauthorized, true), (fault.Fault, fault.IsTransient));
        Assert.Contains("Grant the right to write to database 'plant'", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("reader-passw0rd", fault.ToString(), StringComparison.Ordinal);
        Assert.Equal(DeliveryOutcome.Delivered, outcome);
    }

    [Fact]
    public async Task HandleValues_ServerRestarts_RecoversByItself()
    {
        await using var server = await InfluxServer.StartAsync();
        await server.QueryAsync("CREATE DATABASE plant");
        await using var rig = new InfluxRig();
        var north = await rig.ConnectAsync(InfluxRig.SettingsOf(server.Url, "plant"));
        await north.HandleValuesAsync(InfluxRig.Batch(InfluxRig.Of("p", ReadingValue.From(1L))), None);
        await server.StopAsync();

        var fault = await Assert.ThrowsAsync<ConnectorException>(
            async () => await north.HandleValuesAsync(
                InfluxRig.Batch(InfluxRig.Of("p", ReadingValue.From(2L), 1)), None));
        await server.RestartAsync();
        await north.ConnectAsync(None);
        await north.HandleValuesAsync(InfluxRig.Batch(InfluxRig.Of("p", ReadingValue.From(2L), 1)), None);

        Assert.Equal((Fault.Unreachable, true), (fault.Fault, fault.IsTransient));
        Assert.Contains("Check that the server runs", fault.Message, StringComparison.Ordinal);
        Assert.Equal(
            "name,tags,time,count\np,,0,2\n", await server.QueryAsync("SELECT count(value) FROM p", "plant"));
    }
}
