using Meridian.Engine.Accounts;
using Meridian.Engine.Quarantine;
using Meridian.Journal;

namespace Meridian.Engine.Tests.Accounts;

public sealed class GatewayAccountTests
{
    [Theory]
    [InlineData("a", "b", 70)]
    [InlineData("a", "a", 40)]
    [InlineData("a b", "b c", 40)]
    [InlineData("", "b", 40)]
    [InlineData("a", "A", 40)]
    public void Filtered_OfNorths_AddsUpWhereTheyShareNoSouth(string one, string other, long filtered)
    {
        var account = Of((one, 40), (other, 30));

        Assert.Equal(filtered, account.Filtered);
        Assert.Equal(100, account.Delivered + account.Filtered);
        Assert.True(account.IsBalanced);
    }

    [Fact]
    public void Filtered_OfNorthsThatAThirdBringsTogether_IsTheMost() =>
        Assert.Equal(40, Of(("a", 40), ("b", 30), ("a b", 5)).Filtered);

    private static GatewayAccount Of(params (string From, long Filtered)[] norths) => GatewayAccount.Of(
        new JournalPosition(100),
        [.. norths.Select(static north => new NorthAccount(
            "n", 100 - north.Filtered, 0, 0, 0, north.Filtered, default, 0, 0, 0, IsBalanced: true))],
        [.. norths.Select(static _ => new PositionRanges())],
        [.. norths.Select(static north => north.From.Split(' ', StringSplitOptions.RemoveEmptyEntries))]);
}
