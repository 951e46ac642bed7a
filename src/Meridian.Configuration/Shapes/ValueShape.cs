using Meridian.Configuration.Json;
using Meridian.Configuration.Scalars;

namespace Meridian.Configuration.Shapes;

/// <summary>
/// What a value may look like in the file. A closed family: the binder and the schema's writer walk the same shapes, so
/// they cannot disagree.
/// </summary>
/// <param name="Type">The type of the bound value.</param>
/// <param name="Noun">What it is, in a sentence: "a whole number".</param>
/// <param name="Example">One such value as JSON.</param>
internal abstract record ValueShape(Type Type, string Noun, string Example);

/// <summary>One number, text or boolean.</summary>
/// <param name="Type">The type of the bound value.</param>
/// <param name="Noun">What it is, in a sentence.</param>
/// <param name="Example">One such value as JSON.</param>
/// <param name="Forms">How it may be written.</param>
/// <param name="Read">Text → value; numbers and booleans come as they are written.</param>
internal sealed record ScalarShape(
    Type Type, string Noun, string Example, ScalarForms Forms, Func<string, ScalarReading> Read)
    : ValueShape(Type, Noun, Example)
{
    /// <summary>What it is, whatever its type.</summary>
    public required ScalarKind Kind { get; init; }

    /// <summary>The only words there are, for an enumeration; empty for everything else.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];

    /// <summary>What one of the words means, in plain words; null when nobody said.</summary>
    public Func<string, string?> DescribeWord { get; init; } = _ => null;

    /// <summary>How the text looks, from its first character to its last; null for any text.</summary>
    public string? Pattern { get; init; }

    /// <summary>The least number of its type; null when it is no whole number.</summary>
    public decimal? Least { get; init; }

    /// <summary>The greatest number of its type; null when it is no whole number.</summary>
    public decimal? Most { get; init; }
}

/// <summary>A secret: a text that no message repeats.</summary>
internal sealed record SecretShape(Type Type)
    : ValueShape(Type, "a text or a reference", "\"${env:NAME}\" or \"${file:PATH}\"");

/// <summary>A text, an object or a list with anything in it; see <see cref="Sdk.Settings.FreeJson"/>.</summary>
internal sealed record FreeShape(Type Type)
    : ValueShape(Type, "a text, an object or a list", "{ \"name\": \"text\" }");

/// <summary>A list of values of one shape.</summary>
/// <param name="Type">The type of the property.</param>
/// <param name="Element">The shape of an entry.</param>
/// <param name="Build">Entries → the list.</param>
internal sealed record ListShape(Type Type, ValueShape Element, Func<IReadOnlyList<object>, object> Build)
    : ValueShape(Type, "a list", $"[ {Element.Example} ]");

/// <summary>An object whose property names are free and whose values have one shape.</summary>
/// <param name="Type">The type of the property.</param>
/// <param name="Element">The shape of a value.</param>
/// <param name="Build">Names and values → the dictionary.</param>
internal sealed record MapShape(
    Type Type, ValueShape Element, Func<IReadOnlyList<KeyValuePair<string, object>>, object> Build)
    : ValueShape(Type, "an object", $"{{ \"name\": {Element.Example} }}");

/// <summary>A nested settings record; <see cref="SettingsShape.Of"/> knows its properties.</summary>
internal sealed record RecordShape(Type Type) : ValueShape(Type, "an object", "{ … }");

/// <summary>A part of the file that is kept as it is and bound later, when its type is known.</summary>
internal sealed record SyntaxShape(Type Type)
    : ValueShape(Type, Type == typeof(ListSyntax) ? "a list" : "an object", Type == typeof(ListSyntax) ? "[ ]" : "{ }");
