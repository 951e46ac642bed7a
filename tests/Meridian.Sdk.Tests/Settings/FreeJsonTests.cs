using Meridian.Sdk.Settings;

namespace Meridian.Sdk.Tests.Settings;

public sealed class FreeJsonTests
{
    [Theory]
    [InlineData("""{ "token": "s3cret" }""", "(JSON object)")]
    [InlineData(""" [ "s3cret" ]""", "(JSON list)")]
    [InlineData("\"s3cret\"", "(JSON text)")]
    [InlineData("5", "(JSON)")]
    public void ToString_OfAnyShape_TellsTheShapeAlone(string json, string text)
    {
        var free = new FreeJson(json);

        Assert.Equal(text, free.ToString());
        Assert.Equal($"Holder {{ Free = {text} }}", new Holder(free).ToString());
        Assert.Equal(json, free.Json);
    }

    [Fact]
    public void ToString_OfNothing_TellsNothing() => Assert.Equal("(JSON)", default(FreeJson).ToString());

    private sealed record Holder(FreeJson Free);
}
