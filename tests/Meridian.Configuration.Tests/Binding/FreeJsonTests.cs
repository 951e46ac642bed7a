namespace Meridian.Configuration.Tests.Binding;

public sealed class FreeJsonTests
{
    [Theory]
    [InlineData("{ \"a\" : [ 1.50, -2e3, true, null, \"é\\n\" ], \"b\": { } }",
        "{\"a\":[1.50,-2e3,true,null,\"é\\n\"],\"b\":{}}")]
    [InlineData("\"text {value}\"", "\"text {value}\"")]
    [InlineData("[ /* none */ ]", "[]")]
    [InlineData("{ \"a\": \"$${env:X} ${x}\" }", "{\"a\":\"${env:X} ${x}\"}")]
    public void Free_OfAnyShape_IsKeptAsJson(string written, string kept) =>
        Assert.Equal(kept, Sample.BindSouth($"\"free\": {written}").Free?.Json);

    [Theory]
    [InlineData("5", "settings.free", "'free' must be a text, an object or a list; found the number 5.")]
    [InlineData("true", "settings.free", "'free' must be a text, an object or a list; found true.")]
    [InlineData("{ \"a\": 1, \"a\": 2 }", "settings.free.a", "'a' is set twice; remove one of the two.")]
    [InlineData(
        "{ \"a\": [ 0, { \"b\": \"${env:GONE}\" } ] }",
        "settings.free.a[1].b",
        "The environment variable 'GONE' is not set; set it before the gateway starts.")]
    public void Free_ThatIsWrong_IsReportedWithItsPlace(string written, string path, string message)
    {
        var problem = Sample.OnlyProblem($"\"free\": {written}");

        Assert.EndsWith(path, problem.Path, StringComparison.Ordinal);
        Assert.Equal(message, problem.Message);
    }
}
