using Meridian.Fixtures;
using Meridian.Mqtt.Interop.Tests.Brokers;

namespace Meridian.Mqtt.Interop.Tests;

public sealed class InteropTableTests
{
    [Fact]
    public void Table_OfTheBrokers_IsWhatTheTestsDemand()
    {
        var table = InteropTable.Write();

        Assert.Equal(ApprovedText.Of("docs/mqtt/interop.md", table), table);
    }

    [Fact]
    public void Version_InTheTable_HasItsTestsOverEachCarrier()
    {
        var promised =
            from broker in InteropTable.Brokers
            from version in broker.Versions
            from carrier in broker.Carriers
            select broker.ShortName + version + (carrier == Carrier.Tcp ? "" : $"Over{carrier}");

        Assert.Equal(
            promised.Order(StringComparer.Ordinal), SuitesOf(typeof(InteropSuite)), StringComparer.Ordinal);
    }

    [Fact]
    public void Version5_InTheTable_HasItsTests()
    {
        var promised =
            from broker in InteropTable.Brokers
            where broker.Version5 is not null
            select $"{broker.ShortName}Version5";

        Assert.Equal(
            promised.Order(StringComparer.Ordinal), SuitesOf(typeof(Version5Suite)), StringComparer.Ordinal);
        Assert.All(InteropTable.Brokers, static broker => Assert.Equal(
            broker.Version5 is not null, broker.Versions.Contains(MqttProtocolVersion.V50)));
    }

    private static IEnumerable<string> SuitesOf(Type suite) => suite.Assembly.GetTypes()
        .Where(type => type.IsSubclassOf(suite) && !type.IsAbstract)
        .Select(static type => type.Name)
        .Order(StringComparer.Ordinal);
}
