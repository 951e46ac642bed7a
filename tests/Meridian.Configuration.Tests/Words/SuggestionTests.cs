using Meridian.Configuration.Words;

namespace Meridian.Configuration.Tests.Words;

public sealed class SuggestionTests
{
    private static readonly string[] Known = ["host", "port", "keepAlive"];

    [Theory]
    [InlineData("hots", "host")]
    [InlineData("Host", "host")]
    [InlineData("prt", "port")]
    [InlineData("keep_alive", "keepAlive")]
    [InlineData("keepaliv", "keepAlive")]
    [InlineData("password", null)]
    [InlineData("", null)]
    public void Suggestion_Word_IsTheNearestOrNone(string word, string? expected) =>
        Assert.Equal(expected, Suggestion.Find(word, Known));

    [Fact]
    public void Suggestion_EndlessWord_IsNotCompared() =>
        Assert.Null(Suggestion.Find(new string('x', 1_000_000), Known));
}
