using Meridian.Fixtures;

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
    public void Version_InTheTable_HasItsTests()
    {
        var tried = typeof(InteropSuite).Assembly.GetTypes()
            .Where(static type => type.IsSubclassOf(typeof(InteropSuite)))
            .Select(static type => type.Name)
            .Order(StringComparer.Ordinal);

        var promised = InteropTable.Brokers.SelectMany(static broker => broker.Versions.Select(
            version => broker.ShortName + version)).Order(StringComparer.Ordinal);

        Assert.Equal(promised, tried);
    }
}
