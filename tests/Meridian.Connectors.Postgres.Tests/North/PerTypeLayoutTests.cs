using Meridian.Connectors.Postgres.North;
using Meridian.Sdk.North;
using Meridian.Sdk.Readings;

namespace Meridian.Connectors.Postgres.Tests.North;

/// <summary>Each value in the column of its type.</summary>
public sealed class PerTypeLayoutTests
{
    private static CancellationToken None => CancellationToken.None;

    [Theory]
    [InlineData(PostgresUpsert.Off)]
    [InlineData(PostgresUpsert.Update)]
    public async Task HandleValues_EveryKind_FillsTheColumnOfItsType(PostgresUpsert upsert)
    {
        await using var rig = await NorthRig.NewAsync(
            settings => settings with { Layout = PostgresLayout.PerType, Upsert = upsert });
        var north = await rig.ConnectAsync();
        ReadingValue[] values =
        [
            ReadingValue.Null,
            ReadingValue.From(21.5),
            ReadingValue.From(double.NaN),
            ReadingValue.From(double.NegativeInfinity),
            ReadingValue.From(double.Epsilon),
            ReadingValue.From(long.MinValue),
            ReadingValue.From(long.MaxValue),
            ReadingValue.From((ulong)long.MaxValue),
            ReadingValue.From(ulong.MaxValue),
            ReadingValue.From(true),
            ReadingValue.From(false),
            ReadingValue.From("Grüße 🌍\n\t\\"),
            ReadingValue.From(string.Empty),
            ReadingValue.FromJson("""{"a": [1.50, null], "ü": "\n"}"""),
            ReadingValue.From([0, 1, 254, 255]),
        ];

        var outcome = await north.HandleValuesAsync(
            NorthRig.Batch(0, [.. values.Select((value, i) => new Reading($"p{i}", NorthRig.Time, value))]), None);

        Assert.Equal(DeliveryOutcome.Delivered, outcome);
        Assert.Equal(
            [
                "0: 0", "1: number 21.5", "1: number NaN", "1: number -Infinity", "1: number 5e-324",
                "2: integer -9223372036854775808", "2: integer 9223372036854775807",
                "3: integer 9223372036854775807", "3: text 18446744073709551615", "4: boolean true",
                "4: boolean false", "5: text Grüße 🌍\n\t\\", "5: text ",
                """7: json {"a": [1.50, null], "ü": "\n"}""", @"6: bytes \x0001feff",
            ],
            await RowsAsync(rig));
    }

    [Fact]
    public async Task HandleValues_BrokenJson_IsTheDatumsFault()
    {
        await using var rig = await NorthRig.NewAsync(settings => NorthRig.Of(settings, NorthWay.PerType));
        var north = await rig.ConnectAsync();
        Reading[] readings =
        [
            new("good", NorthRig.Time, ReadingValue.FromJson("[1]")),
            new("bad", NorthRig.Time, ReadingValue.FromJson("[1")),
        ];

        var outcome = await north.HandleValuesAsync(NorthRig.Batch(0, readings), None);
        var rest = await north.HandleValuesAsync(NorthRig.Batch(0, readings[..1]), None);

        Assert.Equal(DeliveryOutcomeKind.Rejected, outcome.Kind);
        Assert.Contains("invalid input syntax for type json", outcome.Reason, StringComparison.Ordinal);
        Assert.Equal(DeliveryOutcome.Delivered, rest);
        Assert.Equal(1, await rig.CountAsync());
    }

    private static async Task<string[]> RowsAsync(NorthRig rig)
    {
        var all = await rig.AskAsync<string>(
            """
            SELECT string_agg(kind || ': ' || CASE num_nonnulls(number, integer, boolean, text, json, bytes)
                WHEN 1 THEN COALESCE('number ' || number, 'integer ' || integer, 'boolean ' || boolean, 'text ' || text,
                                     'json ' || json::text, 'bytes ' || bytes::text)
                WHEN 0 THEN '0' ELSE 'several' END, '¦' ORDER BY position)
            FROM readings
            """);
        return all.Split('¦');
    }
}
