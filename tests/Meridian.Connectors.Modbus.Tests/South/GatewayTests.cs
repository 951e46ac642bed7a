using Meridian.Connectors.Modbus.Values;
using Meridian.Fixtures;
using Meridian.Sdk.Readings;
using Meridian.Sdk.South;

namespace Meridian.Connectors.Modbus.Tests.South;

/// <summary>What a unit refuses or leaves unanswered is its own trouble; the others are read.</summary>
public sealed class GatewayTests
{
    [Fact]
    public async Task Units_InTrouble_DoNotKeepTheOthersFromBeingRead()
    {
        await using var server = await ModbusSerialServer.StartAsync();
        await server.SetAsync("hr", 3, 0, 33);
        await using var rig = await SouthRig.ConnectAsync(SouthRig.SettingsOf(server.Port));
        Item[] items = [.. Enumerable.Range(4, 6).Append(3).Select(static unit =>
            SouthRig.Register($"unit {unit}", 0, ModbusType.Auto, unit))];

        var readings = await rig.ReadAsync(items);

        Assert.Equal(
            [0x808B_0000, 0x80EE_0000, 0x803D_0000, 0x808A_0000, 0x8031_0000, 0x800A_0000, 0],
            readings.Select(static reading => reading.Quality.StatusCode));
        Assert.Equal(ReadingValue.From(33L), readings[^1].Value);
        Assert.All(readings[..^1], static reading => Assert.Equal(ReadingValue.Null, reading.Value));
        Assert.Equal(
            [
                "Unit 4 failed while it carried the request out (exception 4).",
                "Unit 5 is busy (exception 6).",
                "Unit 6 does not know the function: it has no table of this kind (exception 1).",
                "Unit 7 is not reachable by the gateway: it has no path to it (exception 10).",
                "Unit 8 does not answer its gateway (exception 11).",
                "Unit 9 does not answer within 0.5 s.",
            ],
            rig.Context.ItemProblems.OrderBy(static one => one.Key, StringComparer.Ordinal)
                .Select(static one => one.Value),
            StringComparer.Ordinal);
    }

    [Fact]
    public async Task SilentUnit_InAGroupOfItsOwn_IsNotTheConnectionsFault()
    {
        await using var server = await ModbusSerialServer.StartAsync();
        await using var rig = await SouthRig.ConnectAsync(
            SouthRig.SettingsOf(server.Port) with { ResponseTimeout = TimeSpan.FromMilliseconds(100), Retries = 0 });
        Item[] silent = [SouthRig.Register("silent", 0, ModbusType.Auto, 9)];
        Item[] speaking = [SouthRig.Register("speaking", 0)];

        for (var time = 0; time < 3; time++)
        {
            Assert.True((await rig.ReadAsync(silent)).Single().Quality.IsBad);
            Assert.True((await rig.ReadAsync(speaking)).Single().Quality.IsGood);
        }
    }

    [Fact]
    public async Task UnitThatAnswersAgain_IsWellAgain()
    {
        var isSilent = true;
        await using var device = new FakeDevice(request =>
            request[6] == 2 && isSilent ? [] : [FakeDevice.Registers(request, 5)]);
        await using var rig = await SouthRig.ConnectAsync(
            SouthRig.SettingsOf(device.Port) with { ResponseTimeout = TimeSpan.FromMilliseconds(100) });
        Item[] items = [SouthRig.Register("one", 0), SouthRig.Register("two", 0, ModbusType.Auto, 2)];

        Assert.True((await rig.ReadAsync(items))[1].Quality.IsBad);
        Assert.Equal("two", Assert.Single(rig.Context.ItemProblems).Key);
        isSilent = false;

        Assert.All(await rig.ReadAsync(items), static reading => Assert.True(reading.Quality.IsGood));
        Assert.Empty(rig.Context.ItemProblems);
    }

    [Fact]
    public async Task UnitThatStaysSilent_CostsOneTryAQuery()
    {
        var tries = 0;
        await using var device = new FakeDevice(request =>
        {
            tries += request[6] == 2 ? 1 : 0;
            return request[6] == 2 ? [] : [FakeDevice.Registers(request, 5)];
        });
        await using var rig = await SouthRig.ConnectAsync(
            SouthRig.SettingsOf(device.Port) with { ResponseTimeout = TimeSpan.FromMilliseconds(50), Retries = 2 });
        Item[] items =
        [
            SouthRig.Register("one", 0), SouthRig.Register("two", 0, ModbusType.Auto, 2),
            SouthRig.Register("two far away", 900, ModbusType.Auto, 2),
        ];

        await rig.ReadAsync(items);
        Assert.Equal(3, tries);
        await rig.ReadAsync(items);
        Assert.Equal(4, tries);
    }

    [Fact]
    public async Task AnswerThatComesLate_IsNeverTakenForAnothers()
    {
        byte[]? held = null;
        await using var device = new FakeDevice(request =>
        {
            // The first answer comes only with the second, before it: same unit, same function, same length.
            if (held is null)
            {
                held = FakeDevice.Registers(request, 1);
                return [];
            }

            return [held, FakeDevice.Registers(request, 2)];
        });
        await using var rig = await SouthRig.ConnectAsync(
            SouthRig.SettingsOf(device.Port) with { ResponseTimeout = TimeSpan.FromMilliseconds(100) });

        var reading = (await rig.ReadAsync(SouthRig.Register("one", 0))).Single();

        Assert.Equal(ReadingValue.From(2L), reading.Value);
        Assert.Equal(1, device.ConnectionCount);
    }

    [Fact]
    public async Task DeviceThatFloods_WithWhatNobodyAskedFor_IsNotWaitedForLongerThanASilentOne()
    {
        await using var device = new FakeDevice(static request =>
        {
            var answer = FakeDevice.Registers(request, 1);
            answer[0] ^= 0x80; // Another transaction.
            return Enumerable.Repeat(answer, int.MaxValue);
        });
        await using var rig = await SouthRig.ConnectAsync(
            SouthRig.SettingsOf(device.Port) with { ResponseTimeout = TimeSpan.FromMilliseconds(100), Retries = 0 });

        var reading = (await rig.ReadAsync(SouthRig.Register("one", 0))).Single();

        Assert.Equal(0x800A_0000, reading.Quality.StatusCode);
    }

    [Fact]
    public async Task PipelinedAnswers_InAnyOrder_GoToTheirItems()
    {
        var waiting = new List<byte[]>();
        await using var device = new FakeDevice(request =>
        {
            waiting.Add(FakeDevice.Registers(request, FakeDevice.Parse(request).Address));
            if (waiting.Count < 4)
            {
                return [];
            }

            byte[][] backwards = [.. Enumerable.Reverse(waiting)];
            waiting.Clear();
            return backwards;
        });
        await using var rig = await SouthRig.ConnectAsync(SouthRig.SettingsOf(device.Port) with { Pipelining = 4 });
        Item[] items = [.. Enumerable.Range(0, 8).Select(static i => SouthRig.Register($"{i}", 1000 * i))];

        var readings = await rig.ReadAsync(items);

        Assert.Equal(
            [0, 1000, 2000, 3000, 4000, 5000, 6000, 7000], readings.Select(static one => (int)one.Value.AsInt64()));
    }

    [Fact]
    public async Task RequestThatIsRefusedAsAWhole_IsAskedInPartsFromThenOn()
    {
        var requests = new List<int>();
        await using var device = new FakeDevice(request =>
        {
            var count = FakeDevice.Parse(request).Count;
            requests.Add(count);
            var answer = FakeDevice.Registers(request, 5);
            return count <= 2 ? [answer] : [[.. answer[..5], 3, request[6], (byte)(request[7] | 0x80), 3]];
        });
        await using var rig = await SouthRig.ConnectAsync(SouthRig.SettingsOf(device.Port));
        Item[] items = [.. Enumerable.Range(0, 4).Select(static i => SouthRig.Register($"{i}", i))];

        Assert.All(await rig.ReadAsync(items), static reading => Assert.True(reading.Quality.IsGood));
        Assert.Equal([4, 2, 2], requests);
        Assert.All(await rig.ReadAsync(items), static reading => Assert.True(reading.Quality.IsGood));
        Assert.Equal([4, 2, 2, 2, 2], requests);
        Assert.Empty(rig.Context.ItemProblems);
    }

    [Fact]
    public async Task Setpoint_BesideALongQuery_DoesNotWaitForAllOfIt()
    {
        var order = new List<int>();
        await using var device = new FakeDevice(request =>
        {
            order.Add(request[7]);
            return request[7] == 6 ? [request] : [FakeDevice.Registers(request, 1)];
        });
        await using var rig = await SouthRig.ConnectAsync(
            SouthRig.SettingsOf(device.Port) with
            {
                Pause = TimeSpan.FromMilliseconds(20),
                ResponseTimeout = TimeSpan.FromSeconds(10),
            });
        Item[] items = [.. Enumerable.Range(0, 50).Select(static i => SouthRig.Register($"{i}", 1000 * i))];

        var query = rig.ReadAsync(items);
        var written = await rig.WriteAsync(items[0], ReadingValue.From(3L));
        Assert.False(query.IsCompleted);
        await query;

        Assert.Equal(SetpointOutcome.Written, written);
        Assert.InRange(order.IndexOf(6), 0, 5);
        Assert.Equal(51, order.Count);
    }
}
