using Meridian.Connectors.Mqtt.North;
using Meridian.Mqtt;
using Meridian.Sdk.Readings;

namespace Meridian.Connectors.Mqtt.Tests.North;

public sealed class PublishPropertiesTests
{
    private static readonly Reading First = new("line1/temp", DateTimeOffset.UnixEpoch, ReadingValue.From(1L));
    private static readonly Reading Second = new("line1/temp", DateTimeOffset.UnixEpoch, ReadingValue.From(2L));
    private static readonly Reading Other = new("line2/temp", DateTimeOffset.UnixEpoch, ReadingValue.From(1L));

    [Fact]
    public void Properties_OfNoSettings_SayOnlyWhatThePayloadIs()
    {
        var properties = new PublishProperties(null);

        Assert.True(properties.Find(First, isText: true).Properties?.IsText);
        Assert.False(properties.Find(First, isText: false).Properties?.IsText);
        Assert.Same(properties.Find(First, isText: true).Properties, properties.Find(Other, isText: true).Properties);
    }

    [Theory]
    [InlineData("fixed", true, true)]
    [InlineData("{point[0]}", true, false)]
    [InlineData("{value}", false, false)]
    public void Properties_AreMadeAsSeldomAsTheirTemplatesAllow(string template, bool isSameNext, bool isSameForOther)
    {
        var properties = new PublishProperties(Settings("unit", template));

        var first = properties.Find(First, isText: true).Properties;

        Assert.Equal(isSameNext, ReferenceEquals(first, properties.Find(Second, isText: true).Properties));
        Assert.Equal(isSameForOther, ReferenceEquals(first, properties.Find(Other, isText: true).Properties));
    }

    [Fact]
    public void Properties_WithEverything_HaveItFilledInAndCounted()
    {
        var properties = new PublishProperties(new MqttMessageSettings
        {
            ContentType = "text/plain",
            MessageExpiry = TimeSpan.FromHours(1),
            UserProperties = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["line"] = "{point[0]}",
                ["when"] = "{timestamp:unixSeconds} {quality}",
            },
        });

        var found = properties.Find(First, isText: true);

        Assert.Equal(("text/plain", TimeSpan.FromHours(1)), (found.Properties?.ContentType, found.Properties?.Expiry));
        Assert.Equal(
            [new MqttUserProperty("line", "line1"), new MqttUserProperty("when", "0 good")],
            found.Properties?.UserProperties ?? []);
        Assert.Equal(4 + 2 + 5 + 13 + 7 + 8 + 7 + 9, found.Bytes);
    }

    [Theory]
    [InlineData("a\0b")]
    [InlineData(null)]
    public void Properties_ThatMqttForbids_AreAProblemWithAWayOut(string? text)
    {
        var properties = new PublishProperties(Settings("unit", "{value}"));
        var reading = new Reading("p", default, ReadingValue.From(text ?? new string('x', 65_536)));

        var problem = properties.Find(reading, isText: true).Problem;

        Assert.Contains("'unit' for point 'p'", problem, StringComparison.Ordinal);
    }

    private static MqttMessageSettings Settings(string name, string template) => new()
    {
        UserProperties = new Dictionary<string, string>(StringComparer.Ordinal) { [name] = template },
    };
}
