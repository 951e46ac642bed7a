using FsCheck;
using FsCheck.Fluent;
using Meridian.Mqtt.Subscriptions;

namespace Meridian.Mqtt.Tests.Subscriptions;

public sealed class FilterTreeLaws
{
    private static readonly string[] Names = ["a", "b", "", "$s", "ä"];

    [Fact]
    public void Tree_FindsWhatTheFiltersOneByOneSelect() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll<int>(seed =>
        {
            var random = new System.Random(seed);
            var tree = new FilterTree<string>();
            var filters = Enumerable.Range(0, random.Next(1, 30)).Select(_ => AnyFilter(random))
                .Distinct(StringComparer.Ordinal).ToList();
            filters.ForEach(filter => tree.Add(filter, filter));
            foreach (var gone in filters.Where(_ => random.Next(3) == 0).ToList())
            {
                tree.Remove(gone, gone);
                tree.Remove(gone, gone);
                filters.Remove(gone);
            }

            return Enumerable.Range(0, 30).Select(_ => AnyTopic(random)).All(topic =>
            {
                var found = new List<string>();
                tree.Find(topic, found);
                var expected = filters.Where(filter => TopicFilter.Matches(filter, topic));
                return found.Order(StringComparer.Ordinal).SequenceEqual(
                    expected.Order(StringComparer.Ordinal), StringComparer.Ordinal);
            });
        }));

    [Fact]
    public void Tree_Found_AllocatesNothing()
    {
        var tree = new FilterTree<string>();
        foreach (var filter in new[] { "a/+/c", "a/#", "+/b/c", "#", "a/b/c" })
        {
            tree.Add(filter, filter);
        }

        var found = new List<string>(16);
        tree.Find("a/b/c", found);
        Assert.Equal(5, found.Count);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
        {
            found.Clear();
            tree.Find("a/b/c", found);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static string AnyTopic(System.Random random) => Join(random, static r => Names[r.Next(Names.Length)]);

    private static string AnyFilter(System.Random random)
    {
        var filter = Join(random, static r => r.Next(4) == 0 ? "+" : Names[r.Next(Names.Length)]);
        return random.Next(4) == 0 ? filter + "/#" : random.Next(20) == 0 ? "#" : filter;
    }

    private static string Join(System.Random random, Func<System.Random, string> level)
    {
        var text = string.Join('/', Enumerable.Range(0, random.Next(1, 5)).Select(_ => level(random)));
        return text.Length == 0 ? "a" : text;
    }
}
