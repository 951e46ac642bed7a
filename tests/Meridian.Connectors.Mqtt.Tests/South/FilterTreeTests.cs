using Meridian.Connectors.Mqtt.South.Routing;
using Meridian.Mqtt;

namespace Meridian.Connectors.Mqtt.Tests.South;

public sealed class FilterTreeTests
{
    private static readonly string[] Filters =
    [
        "#", "+", "+/+", "a", "a/#", "a/+", "a/b", "a/+/c", "a/b/#", "+/b", "+/b/#", "/", "/#", "/+", "a/",
        "$SYS/#", "$SYS/+", "b/a", "+/#", "a/+/#", "+/+/c", "$SYS/a/b",
    ];

    private static readonly string[] Topics =
    [
        "a", "b", "a/b", "a/c", "a/b/c", "a/x/c", "a/b/c/d", "b/b", "b/b/c", "/", "/a", "/b", "/b/c", "//c",
        "a/", "$SYS", "$SYS/a", "$SYS/a/b", "a//c",
        "x/y/c", "b/a", "//", "c",
    ];

    [Fact]
    public void Find_EveryFilterAndTopic_AgreesWithTheSpecification()
    {
        foreach (var filter in Filters)
        {
            var tree = new FilterTree<string>();
            tree.Add(filter, filter);

            foreach (var topic in Topics)
            {
                Assert.True(
                    TopicFilter.Matches(filter, topic) == (tree.Find(topic) is not null),
                    $"filter {filter}, topic {topic}");
            }
        }
    }

    [Fact]
    public void FindOverlap_EveryPairOfFilters_FindsWhatATopicProves()
    {
        foreach (var one in Filters)
        {
            var tree = new FilterTree<string>();
            tree.Add(one, one);

            foreach (var other in Filters)
            {
                // With the empty topic, which nobody can publish: "+" and "/#" have only that in common and are refused
                // all the same, which costs nobody anything.
                var isProved = Topics.Append("")
                    .Any(topic => TopicFilter.Matches(one, topic) && TopicFilter.Matches(other, topic));

                Assert.True(isProved == (tree.FindOverlap(other) is not null), $"{one} and {other}");
            }
        }
    }

    [Fact]
    public void FindOverlap_AmongThousands_IsFoundByLevels()
    {
        var tree = new FilterTree<string>();
        for (var i = 0; i < 10_000; i++)
        {
            tree.Add($"plant/line{i}/+/value", $"item {i}");
        }

        Assert.Null(tree.FindOverlap("plant/line10000/+/value"));
        Assert.Equal("item 77", tree.FindOverlap("+/line77/motor/#"));
    }
}
