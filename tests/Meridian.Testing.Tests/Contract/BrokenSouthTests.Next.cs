using Meridian.Sdk.Intakes;

namespace Meridian.Testing.Tests.Contract;

/// <summary>A South that breaks what is said of what comes next.</summary>
public sealed partial class BrokenSouthTests
{
    [Fact]
    public Task Next_WithoutAPosition_BreaksTheQuery() => BreaksAsync(
        "data flow", "NextPage.Position", "a page has one of 0", south =>
        {
            var ask = south.Next;
            south.Next = (item, position, token) => ask(item, position, token)
                .Select(static page => page with { Position = default });
        });

    [Fact]
    public Task Next_WhosePositionStandsStill_BreaksTheQuery() => BreaksAsync(
        "data flow", "NextPage.Position", "it would come for ever", south =>
        {
            var ask = south.Next;
            south.Next = (item, position, token) => ask(item, position, token)
                .Select(page => page with { Position = position ?? page.Position });
        });

    [Fact]
    public Task Next_ThatForgetsItsPosition_BreaksTheQuery() => BreaksAsync(
        "goes on after a position", "IQueriesNext.QueryNextAsync", "data came, or others", south =>
        {
            var ask = south.Next;
            south.Next = (item, position, token) => ask(item, position, token).Select(page =>
            {
                // Where it is to go on it leaves one out, when there is more than one.
                var readings = ((ReadingsContent)page.Content).Readings;
                return position is null || readings.Length < 2
                    ? page
                    : page with { Content = new ReadingsContent(readings[1..]) };
            });
        });
}
