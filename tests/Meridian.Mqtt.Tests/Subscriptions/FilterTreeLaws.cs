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

    [Theory]
    [InlineData(65_534)] // All that a Topic Filter may be.
    [InlineData(32_000)]
    public void Tree_TopicOfManyLevels_IsFoundWithoutDepth(int slashes)
    {
        var topic = new string('/', slashes);
        string[] filters = [topic, topic + "+", string.Join('/', Enumerable.Repeat("+", 30)) + "/#", "#"];
        var tree = new FilterTree<string>();
        Array.ForEach(filters, filter => tree.Add(filter, filter));
        var found = new List<string>();

        tree.Find(topic, found);

        Assert.Equal(filters.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
        Array.ForEach(filters, filter => tree.Remove(filter, filter));
        found.Clear();
        tree.Find(topic, found);
        Assert.Empty(found);
    }

    [Fact]
    public void Tree_FullOfWildcards_CostsAsMuchAsItHasNodes()
    {
        // Every filter of 12 levels of 'a' and '+': each of them selects the topic, none is met twice.
        var tree = new FilterTree<string>();
        var filters = Enumerable.Range(0, 1 << 12).Select(static bits => string.Join(
            '/', Enumerable.Range(0, 12).Select(i => (bits >> i & 1) == 0 ? "a" : "+"))).ToList();
        filters.ForEach(filter => tree.Add(filter, filter));
        var found = new List<string>();

        tree.Find(string.Join('/', Enumerable.Repeat("a", 12)), found);

        Assert.Equal(filters.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
        found.Clear();
        tree.Find(string.Join('/', Enumerable.Repeat("a", 40)), found);
        Assert.Empty(found);
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
