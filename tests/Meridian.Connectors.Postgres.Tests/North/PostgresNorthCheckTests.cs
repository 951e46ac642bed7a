using Meridian.Connectors.Postgres.North;
using Meridian.Sdk;
using Meridian.Sdk.North;
using Meridian.Sdk.Settings;

namespace Meridian.Connectors.Postgres.Tests.North;

/// <summary>What the manifest promises and what its check finds.</summary>
public sealed class PostgresNorthCheckTests
{
    private static readonly PostgresNorthSettings Good =
        new() { Host = "db", Database = "plant", UserName = "meridian" };

    private static NorthManifest Manifest => Assert.Single(PostgresConnectors.Manifests.OfType<NorthManifest>());

    [Fact]
    public void Manifest_Guarantee_IsExactlyOnce() =>
        Assert.Equal(DeliveryGuarantee.ExactlyOnce, Manifest.Guarantee);

    [Fact]
    public void Check_GoodSettings_FindsNothing() => Assert.Empty(Manifest.Check(Good));

    [Fact]
    public void Check_EveryMistake_IsFoundAtOnceWithItsPath()
    {
        var bad = Good with { Schema = new string('ä', 32), Table = "a\0b", CaFile = "ca.pem" };

        Assert.Equal(
            ["settings.schema", "settings.table", "settings.caFile"], PathsOf(bad));
        Assert.Equal(["settings.table"], PathsOf(Good with { Table = "meridian_cursor" }));
    }

    [Fact]
    public void Check_GoodWideSettings_FindsNothing() => Assert.Empty(Manifest.Check(Good with
    {
        Layout = PostgresLayout.Wide,
        KeyTemplate = "{topic[0]}",
        ColumnTemplate = "{topic[1]}",
        Columns =
        [
            new() { Column = "temp", Quality = "temp_quality" },
            new() { Column = "count", Type = PostgresColumnType.Bigint },
            new() { Column = "state", Point = "line1/odd name", Type = PostgresColumnType.Text },
            new() { Column = "state", Point = "line2/odd name", Type = PostgresColumnType.Text },
        ],
    }));

    [Fact]
    public void Check_EveryMistakeOfTheWideLayout_IsFoundAtOnceWithItsPath()
    {
        var wide = Good with { Layout = PostgresLayout.Wide };
        PostgresColumnSettings temp = new() { Point = "line1/temp", Column = "temp" };

        Assert.Equal(["settings.columns"], PathsOf(wide));
        Assert.Equal(
            [
                "settings.columnTemplate", "settings.keyTemplate", "settings.keyColumn", "settings.columns[1].column",
                "settings.columns[2].column", "settings.columns[3].quality", "settings.columns[4].column",
            ],
            PathsOf(wide with
            {
                ColumnTemplate = "{value}",
                KeyTemplate = "{",
                KeyColumn = "time",
                Columns =
                [
                    temp,
                    temp with { Type = PostgresColumnType.Bigint },
                    temp with { Column = new string('x', 64) },
                    temp with { Column = "flow", Quality = "temp" },
                    temp with { Column = "time" },
                ],
            }));
        Assert.Equal(["settings.columns[0].point"], PathsOf(wide with { Columns = [temp with { Point = null }] }));
        Assert.Equal(
            ["settings.columns[1].point", "settings.columns[2].point"],
            PathsOf(wide with
            {
                Columns = [temp, temp with { Point = "line2/temp" }, temp with { Column = "again" }],
            }));
    }

    [Fact]
    public void Settings_Printed_HideThePassword() =>
        Assert.DoesNotContain(
            "hunter2", (Good with { Password = new Secret("hunter2") }).ToString(), StringComparison.Ordinal);

    private static string[] PathsOf(PostgresNorthSettings settings) =>
        [.. Manifest.Check(settings).Select(found => found.Path)];
}
