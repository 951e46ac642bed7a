using Meridian.Configuration.Sections;
using Meridian.Configuration.Shapes;

namespace Meridian.Configuration.Tests.Shapes;

public sealed class SettingsShapeTests
{
    [Fact]
    public void Shape_OfARecord_KnowsWhatASchemaNeeds()
    {
        var shape = SettingsShape.Of(typeof(ProbeSettings));

        var port = Assert.IsType<SettingsProperty>(shape.Find("port"));
        Assert.Equal((1883, "port", false, false), ((int)port.Default!, port.Unit, port.IsRequired, port.IsNullable));
        Assert.Single(port.Limits);
        Assert.True(shape.Find("large")!.IsNullable);
        Assert.True(shape.Find("server")!.IsNullable);
        Assert.False(shape.Find("host")!.IsNullable);
        Assert.IsType<ListShape>(shape.Find("brokers")!.Value);
        Assert.IsType<MapShape>(shape.Find("weights")!.Value);
        Assert.IsType<RecordShape>(shape.Find("payload")!.Value);
        Assert.IsType<SecretShape>(shape.Find("password")!.Value);
    }

    [Fact]
    public void Shape_OfRequiredProperty_HasNoDefault()
    {
        var topic = SettingsShape.Of(typeof(ProbeItemSettings)).Find("topic");

        Assert.True(topic!.IsRequired);
        Assert.Null(topic.Default);
    }

    [Fact]
    public void Shape_OfAPropertyThatARecordSaysMoreOf_StaysInItsPlace()
    {
        var names = SettingsShape.Of(typeof(DerivedSettings)).Properties.Select(static property => property.Name);

        Assert.Equal(["first", "second", "third", "own"], names, StringComparer.Ordinal);
    }

    [Fact]
    public void Shape_OfOurOwnSections_IsSound()
    {
        SettingsShape.Verify(typeof(GatewayConfig));
        SettingsShape.Verify(typeof(BatchSection));
        SettingsShape.Verify(typeof(LagConfig));
    }

    [Theory]
    [InlineData(typeof(GatewayConfig))]
    [InlineData(typeof(JournalConfig))]
    [InlineData(typeof(BatchSection))]
    [InlineData(typeof(LagConfig))]
    public void Defaults_OfOurOwnSections_ObeyTheirLimits(Type type) =>
        Assert.All(
            SettingsShape.Of(type).Properties.Where(property => property.Default is not null),
            property => Assert.All(
                property.Limits, limit => Assert.Null(limit.Objection(property.Name, property.Default!))));

    private abstract record BaseSettings
    {
        public int First { get; init; }

        public abstract int Second { get; init; }

        public int Third { get; init; }
    }

    private sealed record DerivedSettings : BaseSettings
    {
        public int Own { get; init; }

        public override int Second { get; init; } = 2;
    }
}
