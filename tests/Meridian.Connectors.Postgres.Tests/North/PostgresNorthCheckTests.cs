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

    private static NorthManifest Manifest => Assert.IsType<NorthManifest>(Assert.Single(PostgresConnectors.Manifests));

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
    public void Settings_Printed_HideThePassword() =>
        Assert.DoesNotContain(
            "hunter2", (Good with { Password = new Secret("hunter2") }).ToString(), StringComparison.Ordinal);

    private static string[] PathsOf(PostgresNorthSettings settings) =>
        [.. Manifest.Check(settings).Select(found => found.Path)];
}
