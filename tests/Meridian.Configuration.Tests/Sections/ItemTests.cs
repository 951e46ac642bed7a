namespace Meridian.Configuration.Tests.Sections;

public sealed class ItemTests
{
    [Fact]
    public void Items_OneNameTwice_NamesTheFirst()
    {
        var problem = Assert.Single(Sample.ReadSouth(
            string.Empty, """{ "name": "x", "topic": "a" }, { "name": "x", "topic": "b" }""").Problems);

        Assert.Equal("souths[0].items[1].name", problem.Path);
        Assert.Contains("which souths[0].items[0] in line 1 has already", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Items_SameNameInTwoSouths_AreAllowed() =>
        Assert.Empty(Sample.Read("""
            { "souths": [ { "name": "a", "type": "probe", "items": [ { "name": "x", "topic": "t" } ] },
                          { "name": "b", "type": "probe", "items": [ { "name": "x", "topic": "t" } ] } ] }
            """).Problems);

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("a\\u0007")]
    public void ItemName_NotReadable_IsRefused(string name) =>
        Assert.Equal(
            "souths[0].items[0].name",
            Assert.Single(Sample.ReadSouth(string.Empty, $$"""{ "name": "{{name}}", "topic": "t" }""").Problems).Path);

    [Fact]
    public void ItemName_AnyReadableText_IsTaken() =>
        Assert.Empty(Sample.ReadSouth(
            string.Empty, """{ "name": "Kessel 1 / Temperatur °C", "topic": "t" }""").Problems);

    [Fact]
    public void Item_MisspelledName_IsSuggestedBesideTheSettings()
    {
        var problems = Sample.ReadSouth(string.Empty, """{ "nmae": "x", "topic": "t" }""").Problems;

        Assert.Equal(2, problems.Count);
        Assert.Contains(
            problems, problem => problem.Message.Contains("did you mean 'name'?", StringComparison.Ordinal));
    }
}
