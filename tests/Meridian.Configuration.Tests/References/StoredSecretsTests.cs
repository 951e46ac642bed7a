using System.Text.Json.Nodes;
using Meridian.Configuration.References;
using Meridian.Sdk.Settings;

namespace Meridian.Configuration.Tests.References;

public sealed class StoredSecretsTests
{
    private const string Stored = """
        {
          "key": "env:KEY", "name": "***",
          "nested": { "key": "n" },
          "list": [ { "key": "l0" }, { "key": "l1" } ],
          "keys": { "a": "ka" }
        }
        """;

    [Theory]
    [InlineData("""{"key":"***"}""", """{"key":"env:KEY"}""")]
    [InlineData("""{"key":"new"}""", """{"key":"new"}""")]
    [InlineData("""{"name":"***"}""", """{"name":"***"}""")]
    [InlineData("""{"nested":{"key":"***","name":"x"}}""", """{"nested":{"key":"n","name":"x"}}""")]
    [InlineData("""{"list":[{"key":"new"},{"key":"***"}]}""", """{"list":[{"key":"new"},{"key":"l1"}]}""")]
    [InlineData("""{"keys":{"a":"***","b":"c"}}""", """{"keys":{"a":"ka","b":"c"}}""")]
    [InlineData("""{"strange":"***","nested":3,"list":null,"key":[]}""",
        """{"strange":"***","nested":3,"list":null,"key":[]}""")]
    public void Secrets_ThatAreStored_AreFilledIn(string unsaved, string expected)
    {
        var settings = JsonNode.Parse(unsaved)!.AsObject();

        Assert.Empty(StoredSecrets.FillIn(settings, JsonNode.Parse(Stored)!.AsObject(), typeof(Settings)));
        Assert.Equal(expected, settings.ToJsonString());
    }

    [Fact]
    public void Secrets_ThatAreNotStored_AreNamed()
    {
        const string unsaved =
            """{"key":"***","nested":{"key":"***"},"list":[{},{},{"key":"***"}],"keys":{"b":"***"}}""";
        var stored = JsonNode.Parse("""{"key":"***","nested":null,"list":[],"keys":{"a":"x"}}""")!.AsObject();

        var missing = StoredSecrets.FillIn(JsonNode.Parse(unsaved)!.AsObject(), stored, typeof(Settings));
        var withoutStore = StoredSecrets.FillIn(JsonNode.Parse(unsaved)!.AsObject(), null, typeof(Settings));

        Assert.Equal(["key", "nested.key", "list[2].key", "keys.b"], missing);
        Assert.Equal(missing, withoutStore);
    }

    internal sealed record Settings
    {
        public Secret? Key { get; init; }

        public string? Name { get; init; }

        public Settings? Nested { get; init; }

        public IReadOnlyList<Settings> List { get; init; } = [];

        public IReadOnlyDictionary<string, Secret> Keys { get; init; } =
            new Dictionary<string, Secret>(StringComparer.Ordinal);
    }
}
