namespace Meridian.Configuration.Tests.Sections;

/// <summary>What is expected of Souths and Norths, and when.</summary>
public sealed class WatchTests
{
    [Fact]
    public void ExpectEvery_OfSouthAndItem_TheItemsOwnCounts()
    {
        var result = Sample.Read("""
            { "souths": [
              { "name": "a", "type": "probe", "expectEvery": "1 min", "items": [
                { "name": "0", "topic": "a" },
                { "name": "1", "topic": "b", "expectEvery": "10 s" } ] },
              { "name": "b", "type": "probe", "items": [ { "name": "0", "topic": "a" } ] } ] }
            """);

        Assert.Empty(result.Problems);
        var souths = result.Config!.Souths;
        Assert.Equal(
            [TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(10)],
            souths[0].Items.Select(static item => item.ExpectEvery));
        Assert.Null(souths[1].Items[0].ExpectEvery);
    }

    [Fact]
    public void ExpectEvery_OutOfRange_IsAProblemEach()
    {
        var result = Sample.Read("""
            { "souths": [ { "name": "a", "type": "probe", "expectEvery": "31 d", "items": [
                { "name": "1", "topic": "b", "expectEvery": "500 ms" } ] } ] }
            """);

        Assert.Equal(
            ["souths[0].expectEvery", "souths[0].items[0].expectEvery"],
            result.Problems.Select(static problem => problem.Path).Order(StringComparer.Ordinal),
            StringComparer.Ordinal);
    }

    [Fact]
    public void StallAfter_IsFiveMinutesUnlessSet()
    {
        var result = Sample.Read("""
            { "norths": [
              { "name": "a", "type": "sink", "settings": { "folder": "x" }, "stallAfter": "30 s" },
              { "name": "b", "type": "sink", "settings": { "folder": "x" } } ] }
            """);

        Assert.Empty(result.Problems);
        Assert.Equal(
            [TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(5)],
            result.Config!.Norths.Select(static north => north.StallAfter));
    }
}
