using System.Text;

namespace Meridian.Configuration.Tests.Json;

public sealed class JsonTextTests
{
    [Theory]
    [InlineData("{\n  \"gateway\": { \"name\" \"x\" }\n}", 2, "line 2, column 23")]
    [InlineData("{\n  \"ä\": ?}", 2, "line 2, column 8")]
    [InlineData("{ \"gateway\": {", 1, "line 1")]
    [InlineData("{}\n{}", 2, "line 2, column 1")]
    [InlineData("{\n\"gateway\": { \"name\": \"\\ud800\" } }", 2, "line 2")]
    public void Text_SyntaxError_IsOneProblemWithLineAndColumn(string json, int line, string place)
    {
        var problem = Assert.Single(Sample.Read(json).Problems);

        Assert.Equal(("", line), (problem.Path, problem.Line));
        Assert.Contains($"at {place}", problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("LineNumber", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \n ")]
    public void Text_Empty_SaysWhatTheSmallestIs(string json) =>
        Assert.Contains("'{}'", Assert.Single(Sample.Read(json).Problems).Message, StringComparison.Ordinal);

    [Fact]
    public void Text_Utf16_IsOneProblem()
    {
        byte[] text = [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes("{}")];

        var result = ConfigurationReader.Read(text, Sample.Catalog, new FakeEnvironment());

        Assert.Contains("UTF-16", Assert.Single(result.Problems).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_InvalidByte_NamesLineAndByte()
    {
        byte[] text = [.. "{\n \"gateway\": { \"name\": \""u8, 0xE4, .. "\" } }"u8];

        var result = ConfigurationReader.Read(text, Sample.Catalog, new FakeEnvironment());

        var problem = Assert.Single(result.Problems);
        Assert.Equal(2, problem.Line);
        Assert.Contains("0xE4", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("5")]
    public void Text_NotAnObject_IsOneProblem(string json) =>
        Assert.StartsWith(
            "'configuration' must be an object",
            Assert.Single(Sample.Read(json).Problems).Message,
            StringComparison.Ordinal);
}
