using System.ComponentModel.DataAnnotations;

namespace Meridian.Configuration.Tests;

public sealed class ConnectorCatalogTests
{
    [Fact]
    public void Catalog_KnownId_IsFound()
    {
        Assert.Same(Sample.South, Sample.Catalog.FindSouth("probe"));
        Assert.Same(Sample.North, Sample.Catalog.FindNorth("sink"));
        Assert.Null(Sample.Catalog.FindSouth("sink"));
    }

    [Fact]
    public void Catalog_OneIdTwice_IsRefused() =>
        Assert.Contains(
            "2 manifests have the id 'probe'",
            Assert.Throws<ArgumentException>(() => new ConnectorCatalog([Sample.South, Sample.South], [])).Message,
            StringComparison.Ordinal);

    [Theory]
    [InlineData(typeof(PositionalSettings), "constructor without parameters")]
    [InlineData(typeof(StrangeSettings), "StrangeSettings.Stream has the type System.IO.Stream")]
    [InlineData(typeof(OuterSettings), "StrangeSettings.Stream")]
    [InlineData(typeof(BadRangeSettings), "BadRangeSettings.Time")]
    public void Catalog_SettingsThatCannotBeBound_AreRefused(Type settings, string words) =>
        Assert.Contains(
            words,
            Assert.Throws<ArgumentException>(
                () => new ConnectorCatalog([Sample.South with { SettingsType = settings }], [])).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Catalog_ItemWithAReservedName_IsRefused() =>
        Assert.Contains(
            "have a property 'schedule'",
            Assert.Throws<ArgumentException>(
                () => new ConnectorCatalog(
                    [Sample.South with { ItemSettingsType = typeof(TakenSettings) }], [])).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Catalog_SettingsThatContainThemselves_AreTaken() =>
        Assert.NotNull(new ConnectorCatalog([Sample.South with { SettingsType = typeof(TreeSettings) }], []));

    private sealed record PositionalSettings(string Host);

    private sealed record StrangeSettings
    {
        public Stream? Stream { get; init; }
    }

    private sealed record OuterSettings
    {
        public IReadOnlyList<StrangeSettings> Inner { get; init; } = [];
    }

    private sealed record BadRangeSettings
    {
        [Range(0, 10)]
        public TimeSpan Time { get; init; }
    }

    private sealed record TakenSettings
    {
        public string? Schedule { get; init; }
    }

    private sealed record TreeSettings
    {
        public IReadOnlyList<TreeSettings> Children { get; init; } = [];
    }
}
