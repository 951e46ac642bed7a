using System.ComponentModel.DataAnnotations;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Meridian.Configuration.Schema;
using Meridian.Configuration.Shapes;
using Meridian.Sdk.South;

namespace Meridian.Configuration.Tests.Schema;

public sealed class JsonSchemaWriterTests
{
    private static readonly JsonNode Settings =
        JsonNode.Parse(JsonSchemaWriter.WriteSettings(Sample.South).Text)!["properties"]!;

    [Theory]
    [InlineData("port", "type", "[\"integer\",\"string\",\"null\"]")]
    [InlineData("port", "minimum", "1")]
    [InlineData("port", "maximum", "65535")]
    [InlineData("port", "default", "1883")]
    [InlineData("port", "x-unit", "\"port\"")]
    [InlineData("small", "maximum", "65535")]
    [InlineData("share", "exclusiveMaximum", "1")]
    [InlineData("timeout", "default", "\"5 s\"")]
    [InlineData("timeout", "$ref", "\"#/$defs/duration\"")]
    [InlineData("keepAlive", "x-minimum", "\"100 ms\"")]
    [InlineData("buffer", "minimum", "1000")]
    [InlineData("buffer", "default", "\"4 KiB\"")]
    [InlineData("free", "type", "[\"string\",\"object\",\"array\",\"null\"]")]
    [InlineData("free", "$ref", "\"#/$defs/freeJson\"")]
    [InlineData("password", "x-secret", "true")]
    [InlineData("user", "anyOf", "[{\"minLength\":2,\"maxLength\":4},{\"pattern\":\"\\\\$\\\\{[A-Za-z]\\u002B:\"}]")]
    [InlineData(
        "word", "anyOf", "[{\"pattern\":\"^(?:[a-z]\\u002B)?$\"},{\"pattern\":\"\\\\$\\\\{[A-Za-z]\\u002B:\"}]")]
    [InlineData("role", "not", "{\"enum\":[\"root\"]}")]
    [InlineData("brokers", "minItems", "1")]
    [InlineData("brokers", "maxItems", "2")]
    [InlineData("brokers", "default", "[\"one\"]")]
    [InlineData("separator", "default", "\",\"")]
    [InlineData("renewTime", "title", "\"Renew time\"")]
    [InlineData("vip", "title", "\"VIP\"")]
    [InlineData("auth", "description", "\"How it shows who it is.\"")]
    [InlineData("auth", "x-group", "\"Security\"")]
    [InlineData("auth", "default", "\"none\"")]
    [InlineData("key", "x-visibleWhen", "{\"auth\":[\"basic\",\"token\"]}")]
    [InlineData("renewTime", "x-visibleWhen", "{\"renews\":[true],\"auth\":[\"token\"]}")]
    [InlineData("tiny", "x-visibleWhen", "{\"small\":[1,2]}")]
    public void Property_OfEveryKind_HasItsKeyword(string property, string keyword, string json) =>
        Assert.Equal(json, Settings[property]?[keyword]?.ToJsonString());

    [Fact]
    public void Words_WithDescriptions_HaveThemInOrder() =>
        Assert.Equal(
            "{\"enum\":[\"none\",\"basic\",\"token\"],"
            + "\"enumDescriptions\":[\"Nobody asks.\",\"Name and password.\",\"\"]}",
            Settings["auth"]?["anyOf"]?[0]?.ToJsonString());

    [Fact]
    public void Secret_WithADefault_TellsNone() => Assert.Null(Settings["password"]?["default"]);

    [Theory]
    [InlineData("caFile", "Ca file")]
    [InlineData("maxReadings", "Max readings")]
    [InlineData("useTLS", "Use TLS")]
    [InlineData("TLSVersion", "TLS version")]
    [InlineData("a", "A")]
    [InlineData("x-y_z", "X y z")]
    [InlineData("qos2Window", "Qos2 window")]
    [InlineData("$", "$")]
    public void Title_OfAName_IsItsWords(string name, string title) => Assert.Equal(title, SettingName.ToTitle(name));

    [Fact]
    public void Default_OfEveryBuiltInSetting_IsGoodItself()
    {
        var text = JsonSchemaWriter.WriteFile(BuiltIn.Catalog).Text;
        var validator = new SchemaValidator(text);
        using var schema = JsonDocument.Parse(text);
        var defaults = WithDefault(schema.RootElement).ToArray();

        Assert.True(defaults.Length > 30);
        Assert.All(defaults, property => Assert.Empty(validator.Validate(property, property.GetProperty("default"))));
    }

    [Fact]
    public void Setting_OfEveryBuiltInConnector_IsDescribed()
    {
        using var schema = JsonDocument.Parse(JsonSchemaWriter.WriteFile(BuiltIn.Catalog).Text);

        Assert.Empty(WithTitle(schema.RootElement)
            .Where(property => !property.TryGetProperty("description", out _))
            .Select(property => property.GetRawText()));
    }

    [Fact]
    public void Record_ThatContainsItself_IsWrittenOnce()
    {
        var written = JsonSchemaWriter.WriteSettings(Sample.South with { SettingsType = typeof(TreeSettings) }).Text;

        var validator = new SchemaValidator(written);
        Assert.Empty(validator.Validate("""{ "children": [ { "leaf": { "children": [] } }, {} ], "leaf": null }"""));
        Assert.NotEmpty(validator.Validate("""{ "children": [ { "leaf": { "childern": [] } } ] }"""));
        Assert.NotEmpty(validator.Validate("""{ "children": [ null ] }"""));
    }

    [Fact]
    public void Default_ThatLooksLikeAReference_IsEscaped()
    {
        var text = JsonSchemaWriter.WriteSettings(Sample.South with { SettingsType = typeof(OddSettings) }).Text;
        var odd = JsonNode.Parse(text)!["properties"]!;

        Assert.Equal("$${env:X} ${name}", (string?)odd["text"]!["default"]);
        Assert.Equal("{\"deep\":[1,2]}", odd["inner"]!["default"]!.ToJsonString());
        Assert.Equal("{\"a\":\"1 s\"}", odd["times"]!["default"]!.ToJsonString());
        Assert.Null(odd["none"]!["default"]);
        Assert.Equal("[\"a\",\"c\"]", odd["word"]!["anyOf"]![0]!["enum"]!.ToJsonString());
    }

    [Fact]
    public void Schema_WrittenTwice_IsTheSameText() =>
        Assert.Equal(JsonSchemaWriter.WriteFile(Sample.Catalog).Text, JsonSchemaWriter.WriteFile(Sample.Catalog).Text);

    [Fact]
    public void Item_Alone_HasItsNameBesideItsSettings()
    {
        var validator = new SchemaValidator(JsonSchemaWriter.WriteItem(Sample.South).Text);

        Assert.Empty(validator.Validate("""{ "name": "a", "topic": "t", "qos": 2 }"""));
        Assert.Equal(2, validator.Validate("""{ "nmae": "a", "topic": "t" }""").Count);
    }

    [Theory]
    [InlineData(typeof(IQueriesLastPoint), "\"10 s\"", true)]
    [InlineData(typeof(IQueriesLastPoint), "\"subscription\"", false)]
    [InlineData(typeof(IQueriesSubscription), "\"subscription\"", true)]
    [InlineData(typeof(IQueriesSubscription), "null", true)]
    [InlineData(typeof(IQueriesSubscription), "\"${env:WHEN}\"", true)]
    [InlineData(typeof(IQueriesSubscription), "\"10 s\"", false)]
    public void Schedule_OfAnItem_IsWhatItsTypeCanFollow(Type south, string schedule, bool isGood)
    {
        var manifest = Sample.South with { ConnectorType = south };
        var item = $$"""{ "name": "a", "topic": "t", "schedule": {{schedule}} }""";

        Assert.Equal(isGood, new SchemaValidator(JsonSchemaWriter.WriteItem(manifest).Text).Validate(item).Count == 0);
        Assert.Equal(isGood, ConfigurationReader.Read(
            Encoding.UTF8.GetBytes($$"""{ "souths": [ { "name": "a", "type": "probe", "items": [ {{item}} ] } ] }"""),
            new ConnectorCatalog([manifest], []),
            new FakeEnvironment { Variables = { ["WHEN"] = "subscription" } }).IsValid);
    }

    private static IEnumerable<JsonElement> WithDefault(JsonElement schema) =>
        All(schema).Where(part => part.TryGetProperty("default", out _));

    private static IEnumerable<JsonElement> WithTitle(JsonElement schema) =>
        All(schema).Where(part => part.TryGetProperty("title", out var title)
            && title.ValueKind is JsonValueKind.String);

    private static IEnumerable<JsonElement> All(JsonElement part) => part.ValueKind switch
    {
        JsonValueKind.Object => part.EnumerateObject()
            .Where(member => member.Name is not "default")
            .SelectMany(member => All(member.Value))
            .Prepend(part),
        JsonValueKind.Array => part.EnumerateArray().SelectMany(All),
        _ => [],
    };

    private enum OddWord
    {
        A,
        B,
        C,
    }

    private sealed record TreeSettings
    {
        public IReadOnlyList<TreeSettings> Children { get; init; } = [];

        public TreeSettings? Leaf { get; init; }
    }

    private sealed record OddSettings
    {
        public string Text { get; init; } = "${env:X} ${name}";

        public InnerSettings Inner { get; init; } = new() { Deep = [1, 2] };

        public IReadOnlyDictionary<string, TimeSpan> Times { get; init; } =
            new Dictionary<string, TimeSpan>(StringComparer.Ordinal) { ["a"] = TimeSpan.FromSeconds(1) };

        public double None { get; init; } = double.NaN;

        [DeniedValues(OddWord.B)]
        public OddWord Word { get; init; }
    }

    private sealed record InnerSettings
    {
        public int Same { get; init; } = 5;

        public int[] Deep { get; init; } = [];
    }
}
