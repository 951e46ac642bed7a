using System.Text.Json.Nodes;
using Meridian.Configuration;
using Meridian.Configuration.Schema;
using Meridian.Fixtures;
using Meridian.Gateway.Plugins;
using Meridian.Sdk;
using Meridian.Sdk.North;
using Meridian.Sdk.South;

namespace Meridian.Gateway.Tests.Plugins;

/// <summary>The sample of <c>samples/CustomConnector</c>, as its author would build and copy it.</summary>
public sealed class SampleTests : IDisposable
{
    private static readonly string Source = Path.Combine(RepositoryRoot.Path, "samples", "CustomConnector");

    private readonly TempFolder _temp = new("meridian-plugins-");

    public SampleTests() => PluginSample.CopyTo(_temp.Path);

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void Sample_OfAllCapabilities_HasFewerThanAHundredLines()
    {
        var lines = Directory.EnumerateFiles(Source, "*.cs", SearchOption.AllDirectories).Sum(
            static file => File.ReadLines(file).Count());

        Assert.InRange(lines, 1, 99);
    }

    [Fact]
    public void Sample_Loaded_ShowsEveryCapability()
    {
        var plugin = Assert.Single(Load().Loaded);

        Assert.Equal("CustomConnector 1.0.0 (South 'clock', North 'diary')", plugin.ToString());
        Assert.Equal(
            SouthCapabilities.LastPoint | SouthCapabilities.History | SouthCapabilities.File
            | SouthCapabilities.Subscription,
            plugin.Connectors.OfType<SouthManifest>().Single().Capabilities);
        Assert.Equal(
            NorthCapabilities.Values | NorthCapabilities.File,
            plugin.Connectors.OfType<NorthManifest>().Single().Capabilities);
    }

    [Fact]
    public void Sample_ItsConfiguration_IsSoundAndAsksForEachCapability()
    {
        var result = ConfigurationReader.ReadFile(Path.Combine(Source, "meridian.json"), Load().Catalog);

        Assert.Empty(result.Problems);
        Assert.Equal(
            [
                SouthCapabilities.Subscription, SouthCapabilities.LastPoint, SouthCapabilities.File,
                SouthCapabilities.History,
            ],
            result.Config!.Souths[0].Items.Select(static item => item.Capability)); // no problems, so it is there
    }

    [Fact]
    public async Task Sample_AskedForThePast_TellsEachFullMinuteOfTheWindow()
    {
        var manifest = Load().Catalog.FindSouth("clock")!; // as the sample brings
        var item = new Item("past", Activator.CreateInstance(manifest.ItemSettingsType)!);
        var clock = (IQueriesHistory)manifest.Create(null!, new object()); // the past needs no surroundings
        var noon = new DateTimeOffset(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);
        var window = new HistoryWindow(noon.AddTicks(1), noon.AddMinutes(3));

        var pages = await clock.QueryHistoryAsync([item], window, CancellationToken.None).ToListAsync();

        var page = Assert.Single(pages);
        Assert.Equal(window, page.Covered);
        Assert.Equal(
            [noon.AddMinutes(1), noon.AddMinutes(2)],
            page.Readings.ToArray().Select(static reading => reading.Timestamp));
    }

    [Fact]
    public void Schema_OfAPlugin_HasTheWordsOfItsDocumentation()
    {
        var schema = JsonSchemaWriter.WriteFile(Load().Catalog);

        Assert.Empty(schema.Remarks);
        var definitions = JsonNode.Parse(schema.Text)!["$defs"]!; // as approved for those built in
        Assert.Equal(
            "Where the diary and the pages lie; made when it is missing.",
            (string?)definitions["north.diary.settings"]?["properties"]?["folder"]?["description"]);
        Assert.StartsWith(
            "What a schedule asks for:",
            (string?)definitions["south.clock.item"]?["properties"]?["ask"]?["description"],
            StringComparison.Ordinal);
    }

    [Fact]
    public void Schema_OfAPluginWithoutItsDocumentation_SaysWhatIsMissing()
    {
        File.Delete(_temp.At("CustomConnector/CustomConnector.xml"));

        var schema = JsonSchemaWriter.WriteFile(Load().Catalog);

        Assert.Contains("CustomConnector.xml' is missing", Assert.Single(schema.Remarks), StringComparison.Ordinal);
    }

    private PluginSet Load()
    {
        var set = PluginFolder.Load(_temp.Path, new ConnectorCatalog([], []), PluginHost.Current);
        Assert.Empty(set.Problems);
        return set;
    }
}
