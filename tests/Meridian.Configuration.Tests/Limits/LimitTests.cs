namespace Meridian.Configuration.Tests.Limits;

public sealed class LimitTests
{
    [Theory]
    [InlineData("\"port\": 0", "'port' is 0; it must be at least 1 and at most 65535.")]
    [InlineData("\"share\": 1", "'share' is 1; it must be at least 0 and less than 1.")]
    [InlineData("\"keepAlive\": \"2 h\"", "'keepAlive' is 2 h; it must be at least 100 ms and at most 1 h.")]
    [InlineData("\"buffer\": 12", "'buffer' is 12 B; it must be at least 1 kB and at most 1 GiB.")]
    [InlineData("\"user\": \"x\"", "'user' has 1 character; it must have at least 2 characters.")]
    [InlineData("\"user\": \"xxxxx\"", "'user' has 5 characters; it must have at most 4 characters.")]
    [InlineData("\"password\": \"ab\"", "'password' has 2 characters; it must have at least 3 characters.")]
    [InlineData("\"brokers\": []", "'brokers' is empty; it must have at least 1 entry.")]
    [InlineData("\"brokers\": [\"a\", \"b\", \"c\"]", "'brokers' has 3 entries; it must have at most 2 entries.")]
    [InlineData("\"word\": \"A1\"", "'word' is \"A1\"; it must be lower-case letters.")]
    [InlineData("\"plain\": \"A1\"", "'plain' is \"A1\"; it must match the pattern [a-z]+.")]
    [InlineData("\"role\": \"root\"", "'role' is \"root\"; it must not be one of \"root\".")]
    [InlineData("\"mail\": \"x\"", "The mail field is not a valid e-mail address.")]
    public void Limit_ValueBeyond_NamesValueAndLimit(string settings, string message) =>
        Assert.Equal(message, Sample.OnlyProblem(settings).Message);

    [Theory]
    [InlineData("\"user\": \"😀😀😀😀\"")]
    [InlineData("\"share\": 0.9999999999999999")]
    public void Limit_ValueJustWithin_IsTaken(string settings) => Assert.Empty(Sample.ReadSouth(settings).Problems);

    [Fact]
    public void Limit_LengthOfWideCharacters_CountsEachOnce() =>
        Assert.Equal(
            "'user' has 1 character; it must have at least 2 characters.",
            Sample.OnlyProblem("\"user\": \"😀\"").Message);

    [Fact]
    public void Limit_ChoiceOfItem_ListsTheChoices()
    {
        var result = Sample.ReadSouth(string.Empty, """{ "name": "a", "topic": "t", "qos": 3 }""");

        Assert.Equal("'qos' is 3; it must be one of 0, 1, 2.", Assert.Single(result.Problems).Message);
    }
}
