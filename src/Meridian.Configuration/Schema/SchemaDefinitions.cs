using System.Text.Json.Nodes;
using Meridian.Configuration.References;
using Meridian.Configuration.Scalars;
using Meridian.Configuration.Shapes;
using Meridian.Configuration.Words;

namespace Meridian.Configuration.Schema;

/// <summary>What a schema says once under <c>$defs</c> and refers to, in the order of the first use.</summary>
internal sealed class SchemaDefinitions
{
    /// <summary>A text of any kind, as the file's reader follows references in it.</summary>
    public const string Text = "text";

    /// <summary>A secret.</summary>
    public const string Secret = "secret";

    /// <summary>
    /// A text that stands for something else by a reference. It has no <c>type</c> and so binds texts only.
    /// </summary>
    public const string Reference = "reference";

    /// <summary>Anything at all, in whose texts references are followed.</summary>
    private const string Free = "freeJson";

    private readonly Dictionary<Type, string> _records = [];

    /// <summary>The definitions.</summary>
    public JsonObject All { get; } = [];

    /// <summary>Defines something unless it is; the path to it.</summary>
    public string Define(string name, Func<JsonObject> write)
    {
        if (!All.ContainsKey(name))
        {
            // What is being written may refer to itself.
            All.Add(name, new JsonObject());
            All[name] = write();
        }

        return PathOf(name);
    }

    /// <summary>Defines one of the three kinds of text; the path to it.</summary>
    public string DefineText(string name) => Define(name, () => new JsonObject
    {
        ["pattern"] = name switch
        {
            Secret => TextPatterns.Secret,
            Reference => TextPatterns.Reference,
            _ => TextPatterns.Text,
        },
    });

    /// <summary>Defines JSON of any shape; the path to it.</summary>
    public string DefineFree() => Define(Free, () => new JsonObject
    {
        ["pattern"] = TextPatterns.Text,
        ["items"] = new JsonObject { ["$ref"] = PathOf(Free) },
        ["additionalProperties"] = new JsonObject { ["$ref"] = PathOf(Free) },
    });

    /// <summary>Defines a scalar that is a text with a pattern; the path to it.</summary>
    public string DefineScalar(ScalarShape shape) => Define(NameOf(shape.Kind), () => new JsonObject
    {
        ["pattern"] = $"^(?:{shape.Pattern})$|{TextPatterns.Reference}",
        ["examples"] = new JsonArray(JsonNode.Parse(shape.Example)),
    });

    /// <summary>Defines a record that contains itself; the path to it.</summary>
    public string DefineRecord(Type type, Func<JsonObject> write)
    {
        if (!_records.TryGetValue(type, out var name))
        {
            name = type.Name;
            for (var number = 2; All.ContainsKey(name); number++)
            {
                name = $"{type.Name}{number}";
            }

            _records.Add(type, name);
        }

        return Define(name, write);
    }

    private static string PathOf(string name) => $"#/$defs/{name}";

    private static string NameOf(ScalarKind kind) => ValueText.Of(kind);
}
