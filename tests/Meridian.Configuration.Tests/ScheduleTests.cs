using Meridian.Configuration.Schedules;
using Meridian.Sdk.South;

namespace Meridian.Configuration.Tests;

public sealed class ScheduleTests
{
    [Fact]
    public void Schedules_NamedAndWritten_AreWhatItemsFollow()
    {
        var result = Sample.Read("""
            {
              "schedules": [
                { "name": "shift", "cron": "0 0 6,14,22 * * ?", "timeZone": "Europe/Zurich" },
                { "name": "fast", "every": "10 ms" },
              ],
              "souths": [ { "name": "a", "type": "probe", "schedule": "5 s", "items": [
                { "name": "0", "topic": "a" },
                { "name": "1", "topic": "b", "schedule": "shift", "group": "press" },
                { "name": "2", "topic": "c", "schedule": "fast", "enabled": false },
                { "name": "3", "topic": "d", "schedule": "subscription" },
                { "name": "4", "topic": "e", "schedule": "5 s" },
              ] }, { "name": "b", "type": "probe", "items": [ { "name": "0", "topic": "a" } ] } ],
            }
            """);

        Assert.Empty(result.Problems);
        var items = result.Config!.Souths[0].Items;
        Assert.Equal(new PeriodSchedule(TimeSpan.FromSeconds(5)), items[0].Schedule);
        Assert.Same(items[0].Schedule, items[4].Schedule);
        Assert.Equal(
            new DateTimeOffset(2026, 7, 1, 4, 0, 0, TimeSpan.Zero),
            Assert.IsType<CronSchedule>(items[1].Schedule).NextAfter(new DateTimeOffset(2026, 7, 1, 0, 0, 0, default)));
        Assert.Equal(
            [null, "press", null, null, null], items.Select(static item => item.Item.Group), StringComparer.Ordinal);
        Assert.Equal([true, true, false, true, true], items.Select(static item => item.Enabled));
        Assert.Equal(
            [
                SouthCapabilities.LastPoint, SouthCapabilities.LastPoint, SouthCapabilities.LastPoint,
                SouthCapabilities.Subscription, SouthCapabilities.LastPoint,
            ],
            items.Select(static item => item.Capability));
        Assert.Same(SubscriptionSchedule.Instance, result.Config.Souths[1].Items[0].Schedule);
        Assert.Equal(["shift", "fast"], result.Config.Schedules.Select(static one => one.Name), StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("""{ "name": "x" }""", "needs either 'every' or 'cron'")]
    [InlineData("""{ "name": "x", "every": "1 s", "cron": "0 0 6 * * ?" }""", "write one of the two")]
    [InlineData("""{ "name": "x", "every": "1 ms" }""", "'every' is 1 ms; a period is 10 ms to 30 d.")]
    [InlineData("""{ "name": "x", "cron": "0 61 * * * ?" }""", "'cron' is \"0 61 * * * ?\": ")]
    [InlineData("""{ "name": "x", "cron": "0 0 0 30 2 ?" }""", "It never comes. Write seconds, minutes")]
    [InlineData("""{ "name": "x", "cron": "0 0 6 * * ?", "timeZone": "Mars/Base" }""", "does not know")]
    [InlineData("""{ "name": "subscription", "every": "1 s" }""", "which every configuration has already")]
    [InlineData("""{ "name": "5s", "every": "1 s" }""", "which every configuration has already")]
    public void Schedule_Wrong_IsOneProblemInWords(string schedule, string words)
    {
        var problem = Assert.Single(Sample.Read($$"""{ "schedules": [ {{schedule}} ] }""").Problems);

        Assert.StartsWith("schedules[0]", problem.Path, StringComparison.Ordinal);
        Assert.Contains(words, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Item_NamesAScheduleThatIsNotThere_IsToldWhichThereAre()
    {
        var result = Sample.Read("""
            { "schedules": [ { "name": "shift", "every": "8 h" } ],
              "souths": [ { "name": "a", "type": "probe", "items": [
                { "name": "0", "topic": "a", "schedule": "shfit" } ] } ] }
            """);

        var problem = Assert.Single(result.Problems);
        Assert.Equal("souths[0].items[0].schedule", problem.Path);
        Assert.Contains("did you mean 'shift'?", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Item_NamesAScheduleThatIsWrong_IsNotBlamed()
    {
        var result = Sample.Read("""
            { "schedules": [ { "name": "shift", "every": "8 ms" } ],
              "souths": [ { "name": "a", "type": "probe", "items": [
                { "name": "0", "topic": "a", "schedule": "shift" } ] } ] }
            """);

        Assert.Equal("schedules[0].every", Assert.Single(result.Problems).Path);
    }

    [Theory]
    [InlineData("2026-03-29T00:00:00Z", "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z")]
    [InlineData("2026-10-24T12:00:00Z", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z")]
    public void Cron_OverTheChangesOfSummerTime_ComesOnceADay(string from, params string[] expected)
    {
        var cron = CronSchedule.Parse("x", "0 30 2 * * ?", TimeZoneInfo.FindSystemTimeZoneById("Europe/Zurich"));
        var culture = System.Globalization.CultureInfo.InvariantCulture;
        var next = DateTimeOffset.Parse(from, culture);
        foreach (var time in expected)
        {
            next = cron.NextAfter(next)!.Value;
            Assert.Equal(DateTimeOffset.Parse(time, culture), next);
        }
    }
}
