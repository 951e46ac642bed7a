using System.Text;
using Meridian.Configuration.Tests.Schema;

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

    [Theory]
    [InlineData("modbus", """ "kind": "inputRegister", "address": 1, "setpoint": {} """, "can only be read")]
    [InlineData("modbus", """ "kind": "holdingRegister", "address": 1, "bit": 2, "setpoint": {} """, "single bit")]
    [InlineData("mqtt", """ "topic": "a", "setpoint": {} """, "no 'writeTopic'")]
    [InlineData("box", """ "metric": "cpu", "setpoint": {} """, "writes nothing")]
    [InlineData("mqtt", """ "topic": "a", "writeTopic": "b", "setpoint": { "min": 2, "max": 1 } """, "exchange them")]
    public void Setpoint_ThatCannotBeWritten_IsAProblemOfTheSetpoint(string type, string item, string words)
    {
        var problem = Assert.Single(ReadBuiltIn(type, item).Problems);

        Assert.Equal("souths[0].items[0].setpoint", problem.Path);
        Assert.Contains(words, problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("modbus", """ "kind": "coil", "address": 1, "setpoint": { "type": "boolean" } """)]
    [InlineData("mqtt", """ "topic": "a", "writeTopic": "b", "setpoint": {} """)]
    public void Setpoint_ThatCanBeWritten_IsTaken(string type, string item) =>
        Assert.Empty(ReadBuiltIn(type, item).Problems);

    private static ConfigurationResult ReadBuiltIn(string type, string item)
    {
        var settings = type is "box" ? "{}" : """{ "host": "127.0.0.1" }""";
        var file =
            $$"""
            { "souths": [ { "name": "a", "type": "{{type}}", "settings": {{settings}},
                            "items": [ { "name": "x", {{item}} } ] } ] }
            """;
        return ConfigurationReader.Read(Encoding.UTF8.GetBytes(file), BuiltIn.Catalog, new FakeEnvironment());
    }
}
