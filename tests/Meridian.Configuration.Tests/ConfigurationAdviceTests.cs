using Meridian.Configuration.Schedules;
using Meridian.Sdk;
using Meridian.Sdk.Intakes;
using Meridian.Sdk.North;
using Meridian.Sdk.South;

namespace Meridian.Configuration.Tests;

public sealed class ConfigurationAdviceTests
{
    private static readonly NorthConfig Values = NorthOf<SinkNorth>("values");

    private static readonly NorthConfig Files = NorthOf<FileNorth>("files");

    [Fact]
    public void Advice_EverythingIsTaken_IsSilent()
    {
        Assert.Empty(Of([SouthCapabilities.LastPoint, SouthCapabilities.Subscription], Values));
        Assert.Empty(Of([SouthCapabilities.File], Files));
        Assert.Empty(Of([SouthCapabilities.File, SouthCapabilities.History], Files, Values));
        Assert.Empty(Of([]));
    }

    [Fact]
    public void Advice_NoNorthTakesTheSouth_SaysSo() => Assert.Equal(
        [
            "South 's': no North takes its data, so they are let go once they are on disk. Add a North, or name the "
            + "South in the 'from' of one.",
        ],
        Of([SouthCapabilities.LastPoint], Values with { From = ["other"] }));

    [Fact]
    public void Advice_NoNorthTakesFiles_NamesTheItemAndTheNorths() => Assert.Equal(
        [
            "South 's': item 'i1' gives files, and no North that takes from it takes files ('values', 'values'), so "
            + "they are let go once they are on disk. Add a North that does.",
        ],
        Of([SouthCapabilities.LastPoint, SouthCapabilities.File], Values, Values));

    [Fact]
    public void Advice_NoNorthTakesReadings_NamesTheItem() => Assert.StartsWith(
        "South 's': item 'i0' gives readings, and no North that takes from it takes readings ('files')",
        Assert.Single(Of([SouthCapabilities.LastPoint, SouthCapabilities.File], Files)),
        StringComparison.Ordinal);

    [Fact]
    public void Advice_DisabledSouthOrItem_IsNotMeant()
    {
        var config = ConfigOf([SouthCapabilities.File], [Values]);
        var south = config.Souths[0];

        Assert.Empty(ConfigurationAdvice.Of(config with { Souths = [south with { Enabled = false }] }));
        Assert.Empty(ConfigurationAdvice.Of(
            config with { Souths = [south with { Items = [south.Items[0] with { Enabled = false }] }] }));
    }

    private static IReadOnlyList<string> Of(SouthCapabilities[] items, params NorthConfig[] norths) =>
        ConfigurationAdvice.Of(ConfigOf(items, norths));

    private static MeridianConfig ConfigOf(SouthCapabilities[] items, NorthConfig[] norths) => new()
    {
        Souths =
        [
            new SouthConfig
            {
                Name = "s",
                Manifest = Sample.South,
                Settings = new object(),
                Items =
                [
                    .. items.Select(static (capability, index) => new ItemConfig
                    {
                        Item = new Item($"i{index}", new object()),
                        Schedule = SubscriptionSchedule.Instance,
                        Capability = capability,
                    }),
                ],
            },
        ],
        Norths = norths,
    };

    private static NorthConfig NorthOf<T>(string name) => new()
    {
        Name = name,
        Manifest = Sample.North with { ConnectorType = typeof(T) },
        Settings = new object(),
    };

    private abstract class FileNorth : IHandlesFile
    {
        public abstract Task<IReadOnlyList<Diagnostic>> TestConnectionAsync(CancellationToken cancellationToken);

        public abstract ValueTask<DeliveryOutcome> HandleFileAsync(
            FileContent file, DeliveryPosition position, CancellationToken cancellationToken);
    }
}
