using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Meridian.Sdk.North;
using Meridian.Sdk.Readings;
using Npgsql;

namespace Meridian.Connectors.Postgres.Tests.North;

/// <summary>What arrives in the table, and the position beside it.</summary>
public sealed class PostgresNorthTests
{
    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task Connect_EmptyDatabase_MakesTablesAndIndexOnce()
    {
        await using var rig = await NorthRig.NewAsync();

        await rig.ConnectAsync();
        await rig.ConnectAsync();

        Assert.Equal(1, await rig.AskAsync<long>(
            "SELECT count(*) FROM pg_indexes WHERE tablename = 'readings' AND indexdef LIKE '%(point, \"time\")'"));
        Assert.Equal(0, await rig.CountAsync());
    }

    [Fact]
    public async Task Connect_ManyAtOnce_MakeTheTablesTogether()
    {
        await using var rig = await NorthRig.NewAsync();
        var settings = rig.Settings with { Schema = "Plant \"A\"", Table = "Read;ings" };

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => rig.ConnectAsync(settings)));

        Assert.Equal(0, await rig.AskAsync<long>("SELECT count(*) FROM \"Plant \"\"A\"\"\".\"Read;ings\""));
    }

    [Fact]
    public async Task HandleValues_EveryKind_ArrivesAsItIs()
    {
        await using var rig = await NorthRig.NewAsync();
        var north = await rig.ConnectAsync();
        Reading[] readings =
        [
            Make(ReadingValue.Null),
            Make(ReadingValue.From(21.5)),
            Make(ReadingValue.From(double.NaN)),
            Make(ReadingValue.From(-42L)),
            Make(ReadingValue.From((1L << 53) + 1)),
            Make(ReadingValue.From(long.MinValue)),
            Make(ReadingValue.From(ulong.MaxValue)),
            Make(ReadingValue.From(true)),
            Make(ReadingValue.From("Grüße 🌍\n\t\\")),
            Make(ReadingValue.FromJson("""{"a": [1, null]}""")),
            Make(ReadingValue.From([0, 1, 254, 255])),
            Make(ReadingValue.From(string.Empty)) with { Quality = new Quality(0x8007_0000) },
        ];

        Assert.Equal(DeliveryOutcome.Delivered, await north.HandleValuesAsync(NorthRig.Batch(100, readings), None));

        Assert.Equal(
            [
                "100||||0|0", "101|21.5|||0|1", "102|NaN|||0|1", "103|-42|||0|2",
                "104|9007199254740992|9007199254740993||0|2",
                "105|-9223372036854775808|-9223372036854775808||0|2",
                "106|18446744073709552000|18446744073709551615||0|3",
                "107|1|||0|4", "108||Grüße 🌍\n\t\\||0|5", "109||{\"a\": [1, null]}||0|7", "110|||0001feff|0|6",
                "111||||2147942400|5",
            ],
            await RowsAsync(rig));
        Assert.Equal(
            12, await rig.AskAsync<long>($"SELECT count(*) FROM readings WHERE journal = '{NorthRig.JournalId}'"));

        static Reading Make(ReadingValue value) => new("line1/temperature", NorthRig.Time, value);
    }

    [Fact]
    public async Task HandleValues_Timestamps_AreCutToTheMicrosecond()
    {
        await using var rig = await NorthRig.NewAsync();
        var north = await rig.ConnectAsync();
        var odd = new DateTimeOffset(NorthRig.Time.Ticks + 9_999_999, TimeSpan.Zero);
        Reading[] readings =
        [
            new("p", odd, default),
            new("p", odd.ToOffset(TimeSpan.FromHours(5)), default),
            new("p", new DateTimeOffset(1999, 12, 31, 23, 59, 59, TimeSpan.Zero).AddTicks(9), default),
            new("p", DateTimeOffset.MinValue, default),
            new("p", DateTimeOffset.MaxValue, default),
        ];

        await north.HandleValuesAsync(NorthRig.Batch(0, readings), None);

        Assert.Equal(
            "2026-03-01 12:00:00.999999,2026-03-01 12:00:00.999999,1999-12-31 23:59:59,0001-01-01 00:00:00,"
            + "9999-12-31 23:59:59.999999",
            await rig.AskAsync<string>(
                "SELECT string_agg((time AT TIME ZONE 'UTC')::text, ',' ORDER BY position) FROM readings"));
    }

    [Fact]
    public void Rows_AnyReadings_ComeBackEqual() => Prop.ForAll(
        ArbMap.Default.ArbFor<NonEmptyArray<Tuple<double, NonNull<string>, byte[]>>>(),
        given => RoundTripsAsync(given.Get))
        .Check(Config.QuickThrowOnFailure.WithMaxTest(20));

    [Fact]
    public async Task HandleValues_LargeTextsAmongSmallRows_AllArrive()
    {
        await using var rig = await NorthRig.NewAsync();
        var north = await rig.ConnectAsync();
        var readings = Enumerable.Range(0, 200)
            .Select(i => new string('é', i % 50 == 7 ? 900_000 : i))
            .Select(text => new Reading("p", NorthRig.Time, ReadingValue.From(text)))
            .ToArray();

        await north.HandleValuesAsync(NorthRig.Batch(0, readings), None);
        await north.HandleValuesAsync(NorthRig.Numbers(200, 5_000), None);

        Assert.Equal(5_200, await rig.CountAsync());
        Assert.Equal(
            readings.Sum(reading => (long)reading.Value.AsString().Length),
            await rig.AskAsync<long>("SELECT sum(length(text)) FROM readings"));
    }

    [Fact]
    public async Task ReadPositions_AfterBatches_GivesTheLastOfEachJournal()
    {
        await using var rig = await NorthRig.NewAsync();
        var north = await rig.ConnectAsync();
        var other = new Guid("11111111-2222-3333-4444-555555555555");

        await north.HandleValuesAsync(NorthRig.Numbers(0, 10), None);
        await north.HandleValuesAsync(NorthRig.Batch(500, [new Reading("p", NorthRig.Time, default)], other), None);
        await north.HandleValuesAsync(NorthRig.Numbers(10, 10), None);

        var again = rig.Make();
        await again.ConnectAsync(None);
        var positions = await again.ReadPositionsAsync(NorthRig.NorthId, None);
        Assert.Equal(
            [(NorthRig.JournalId, "20"), (other, "501")],
            positions.Select(position => (position.JournalId, NorthRig.TextOf(position))));
        Assert.Empty(await again.ReadPositionsAsync("another", None));
    }

    [Fact]
    public async Task HandleValues_NulInText_NamesItAndStoresNothing()
    {
        await using var rig = await NorthRig.NewAsync();
        var north = await rig.ConnectAsync();
        Reading[] readings =
        [
            new("good", NorthRig.Time, ReadingValue.From("fine")),
            new("bad", NorthRig.Time, ReadingValue.From("a\0b")),
            new("b\0d", NorthRig.Time, default),
            new("half", NorthRig.Time, ReadingValue.FromJson("\"\uD83D\"")),
        ];

        var outcome = await north.HandleValuesAsync(NorthRig.Batch(0, readings), None);

        Assert.Equal(DeliveryOutcomeKind.Rejected, outcome.Kind);
        Assert.Equal([1, 2, 3], outcome.Rejections!.Select(rejection => rejection.Index));
        Assert.Contains("NUL", outcome.Rejections![0].Reason, StringComparison.Ordinal);
        Assert.Equal(0, await rig.CountAsync());
        Assert.Equal(
            DeliveryOutcome.Delivered,
            await north.HandleValuesAsync(NorthRig.Batch(0, readings[..1]), None));
    }

    [Fact]
    public async Task HandleValues_ServerRefusesADatum_RejectsAndGoesOn()
    {
        await using var rig = await NorthRig.NewAsync();
        var north = await rig.ConnectAsync();
        await rig.RunAsync("ALTER TABLE readings ADD CONSTRAINT sane CHECK (value < 1000)");

        var refused = await north.HandleValuesAsync(NorthRig.Numbers(995, 10), None);
        var small = await north.HandleValuesAsync(NorthRig.Numbers(995, 5), None);
        var wide = await north.HandleValuesAsync(
            NorthRig.Batch(1000, [new Reading(Incompressible(20_000), NorthRig.Time, default)]), None);

        Assert.Equal(DeliveryOutcomeKind.Rejected, refused.Kind);
        Assert.Contains("sane", refused.Reason, StringComparison.Ordinal);
        Assert.Equal(DeliveryOutcome.Delivered, small);
        Assert.Equal(DeliveryOutcomeKind.Rejected, wide.Kind);
        Assert.Equal(5, await rig.CountAsync());
        var position = Assert.Single(await north.ReadPositionsAsync(NorthRig.NorthId, None));
        Assert.Equal("1000", NorthRig.TextOf(position));
    }

    [Fact]
    public async Task TestConnection_BeforeAndAfterConnect_TellsFactsAndMakesNothing()
    {
        await using var rig = await NorthRig.NewAsync();

        var before = await rig.Make().TestConnectionAsync(None);
        Assert.Equal(0, await rig.AskAsync<long>("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"));
        await rig.ConnectAsync();
        var after = await rig.Make().TestConnectionAsync(None);

        Assert.Contains(before, fact => fact.Value.EndsWith("is made at connect", StringComparison.Ordinal));
        Assert.Contains(after, fact => fact.Value.EndsWith("can be written", StringComparison.Ordinal));
        Assert.Contains(after, fact => fact.Key is "Round trip");
        Assert.DoesNotContain(after, fact => fact.Value.Contains("pg-secret", StringComparison.Ordinal));
    }

    private static string Incompressible(int length)
    {
        var random = new Random(7);
        return string.Concat(Enumerable.Range(0, length).Select(_ => (char)random.Next('0', 'z')));
    }

    private static async Task<bool> RoundTripsAsync(Tuple<double, NonNull<string>, byte[]>[] given)
    {
        await using var rig = await NorthRig.NewAsync();
        var north = await rig.ConnectAsync();
        var readings = given
            .SelectMany(one => new[]
            {
                new Reading("p" + Clean(one.Item2.Get), NorthRig.Time, ReadingValue.From(one.Item1)),
                new Reading("q", NorthRig.Time, ReadingValue.From(Clean(one.Item2.Get))),
                new Reading("r", NorthRig.Time, ReadingValue.From(one.Item3)),
            })
            .ToArray();

        await north.HandleValuesAsync(NorthRig.Batch(0, readings), None);

        await using var connection = new NpgsqlConnection(rig.Server.ConnectionStringOf(rig.Database));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            "SELECT point, value, text, bytes FROM readings ORDER BY position", connection);
        await using var reader = await command.ExecuteReaderAsync();
        foreach (var reading in readings)
        {
            Assert.True(await reader.ReadAsync());
            Assert.Equal(reading.Point, reader.GetString(0));
            Assert.Equal(reading.Value, reading.Value.Kind switch
            {
                ReadingValueKind.Double => ReadingValue.From(reader.GetDouble(1)),
                ReadingValueKind.String => ReadingValue.From(reader.GetString(2)),
                ReadingValueKind.Bytes => ReadingValue.From(await reader.GetFieldValueAsync<byte[]>(3)),
                _ => default,
            });
        }

        return !await reader.ReadAsync();
    }

    private static string Clean(string text) =>
        Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text.Replace("\0", string.Empty, StringComparison.Ordinal)));

    private static async Task<string[]> RowsAsync(NorthRig rig)
    {
        var all = await rig.AskAsync<string>(
            """
            SELECT string_agg(concat_ws('|', position, COALESCE(value::text, ''), COALESCE(text, ''),
                                        COALESCE(encode(bytes, 'hex'), ''), quality, kind), '¦' ORDER BY position)
            FROM readings
            """);
        return all.Replace("1.8446744073709552e+19", "18446744073709552000", StringComparison.Ordinal)
            .Replace("9.007199254740992e+15", "9007199254740992", StringComparison.Ordinal)
            .Replace("-9.223372036854776e+18", "-9223372036854775808", StringComparison.Ordinal)
            .Split('¦');
    }
}
