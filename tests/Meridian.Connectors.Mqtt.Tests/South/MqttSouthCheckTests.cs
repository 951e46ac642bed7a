using Meridian.Connectors.Mqtt.South;
using Meridian.Connectors.Mqtt.South.Commands;
using Meridian.Sdk;
using Meridian.Sdk.Settings;
using Meridian.Sdk.South;

namespace Meridian.Connectors.Mqtt.Tests.South;

public sealed class MqttSouthCheckTests
{
    private static readonly SouthManifest Manifest = (SouthManifest)MqttConnectors.Manifests[0];

    [Fact]
    public void Check_GoodSettings_FindsNothing()
    {
        var problems = Check(
            new MqttItemSettings { Topic = "a/+" },
            new MqttItemSettings { Topic = "b/#" },
            new MqttItemSettings { Topic = "$SYS/#" });

        Assert.Empty(problems);
    }

    [Fact]
    public void Check_ManyMistakes_FindsEachWithItsPath()
    {
        var settings = new MqttSouthSettings
        {
            Host = "x",
            Password = new Secret("p"),
            KeepAlive = TimeSpan.FromMilliseconds(1500),
        };
        var problems = Manifest.Check(
            settings,
            Items(
                new MqttItemSettings { Topic = "a/#/b" },
                new MqttItemSettings { Topic = "a/+", Point = "{nothing}" },
                new MqttItemSettings
                {
                    Topic = "c",
                    Payload = new MqttPayloadSettings
                    {
                        Format = MqttPayloadFormat.Json,
                        Value = "$..[",
                        Timestamp = "x(",
                    },
                },
                new MqttItemSettings { Topic = "$share/g/x" },
                new MqttItemSettings { Topic = "d/+" },
                new MqttItemSettings { Topic = "d/e" })).Select(static problem => problem.Path);

        Assert.Equal(
            [
                "settings.password", "settings.keepAlive", "items[0].topic", "items[1].point", "items[2].payload.value",
                "items[2].payload.timestamp", "items[3].topic", "items[5].topic",
            ],
            problems,
            StringComparer.Ordinal);
    }

    [Fact]
    public void Check_OverlappingFilters_NamesBothItems()
    {
        var problem = Assert.Single(
            Check(new MqttItemSettings { Topic = "a/+/c" }, new MqttItemSettings { Topic = "a/b/#" }));

        Assert.Equal("items[1].topic", problem.Path);
        Assert.Contains("'a/b/#' overlaps 'a/+/c' of item 'item 0'", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("meridian/set", null, null)]
    [InlineData("meridian/set/", null, "settings.commands.topic")]
    [InlineData("meridian/#", null, "settings.commands.topic")]
    [InlineData("$share/g/set", null, "settings.commands.topic")]
    [InlineData("set", "+/told", "settings.commands.answerTopic")]
    [InlineData("set", "set", "settings.commands.answerTopic")]
    [InlineData("a", null, "settings.commands.topic")]
    public void Check_Commands_FindsWhatWouldNotWork(string topic, string? answerTopic, string? path)
    {
        var settings = new MqttSouthSettings
        {
            Host = "x",
            Commands = new MqttCommandSettings { Topic = topic, AnswerTopic = answerTopic },
        };

        var problems = Manifest.Check(settings, Items(new MqttItemSettings { Topic = "a/#" }));

        Assert.Equal(
            path is null ? [] : [path], problems.Select(static problem => problem.Path), StringComparer.Ordinal);
    }

    [Fact]
    public void Check_WriteTopicWithAWildcard_IsAProblemOfItsItem() =>
        Assert.Equal("items[0].writeTopic", Assert.Single(
            Check(new MqttItemSettings { Topic = "a", WriteTopic = "a/+" })).Path);

    private static List<SettingsProblem> Check(params MqttItemSettings[] items) =>
        [.. Manifest.Check(new MqttSouthSettings { Host = "x" }, Items(items))];

    private static List<Item> Items(params MqttItemSettings[] items) =>
        [.. items.Select(static (settings, i) => new Item($"item {i}", settings))];
}
