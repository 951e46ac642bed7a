using System.Buffers;
using Meridian.Configuration.Documentation;
using Meridian.Configuration.Shapes;
using Meridian.Configuration.Words;
using Meridian.Sdk.Settings;

namespace Meridian.Configuration.Scalars;

/// <summary>Text and what is written as a text of its own, and true and false.</summary>
internal static class TextScalars
{
    private static readonly SearchValues<char> SchemeCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.");

    /// <summary>The shapes.</summary>
    public static IEnumerable<ScalarShape> All =>
    [
        new(typeof(string), "a text", "\"text\"", ScalarForms.Text, text => new ScalarReading(text))
        {
            Kind = ScalarKind.Text,
        },
        new(typeof(char), "one character in quotes", "\";\"", ScalarForms.Text, text =>
            ScalarReading.If(text.Length == 1, text.Length == 1 ? text[0] : null))
        {
            Kind = ScalarKind.Character,
            Pattern = ScalarPatterns.Character,
        },
        new(typeof(bool), "true or false", "true", ScalarForms.Boolean, text =>
            ScalarReading.If(text is "true" or "false", text is "true"))
        {
            Kind = ScalarKind.Boolean,
        },
        new(typeof(Uri), "an absolute address", "\"https://host:8080/path\"", ScalarForms.Text, text =>
            ScalarReading.If(TryUri(text, out var uri), uri))
        {
            Kind = ScalarKind.Address,
            Pattern = ScalarPatterns.Address,
        },
        new(typeof(Guid), "a GUID", "\"6f9619ff-8b86-4011-b42d-00c04fc964ff\"", ScalarForms.Text, ReadGuid)
        {
            Kind = ScalarKind.Guid,
            Pattern = ScalarPatterns.Guid,
        },
        new(
            typeof(ByteSize), "an amount of bytes", "\"64 MiB\"", ScalarForms.Text | ScalarForms.Number, ReadByteSize)
        {
            Kind = ScalarKind.ByteSize,
            Pattern = ScalarPatterns.ByteSize,
        },
    ];

    /// <summary>The shape of an enumeration: its words.</summary>
    public static ScalarShape Words(Type type)
    {
        var words = EnumWords.Of(type);
        string[] names = [.. words.Keys];
        return new ScalarShape(
            type,
            $"one of the words {string.Join(", ", names)}",
            $"\"{names.FirstOrDefault()}\"",
            ScalarForms.Text,
            Read)
        {
            Kind = ScalarKind.Word,
            Words = names,
            DescribeWord = word => words[word] is Enum member ? MemberWords.Of(member) : null,
        };

        ScalarReading Read(string text) => words.TryGetValue(text, out var member)
            ? new ScalarReading(member)
            : new ScalarReading(
                Value: null, Suggestion.Find(text, names) is { } meant ? $"Did you mean '{meant}'?" : null);
    }

    private static ScalarReading ReadGuid(string text) => ScalarReading.If(
        Guid.TryParseExact(text, "D", out var guid) && ScalarPatterns.OfGuid().IsMatch(text), guid);

    private static ScalarReading ReadByteSize(string text) => ScalarReading.If(
        ByteSize.TryParse(text, out var size) && ScalarPatterns.OfByteSize().IsMatch(text), size);

    private static bool TryUri(string text, out Uri? uri)
    {
        // Without the look at the scheme a path such as "/data" would pass as a file address on some systems.
        uri = null;
        var scheme = text.IndexOf(':', StringComparison.Ordinal);
        return scheme > 0
            && !text.AsSpan(0, scheme).ContainsAnyExcept(SchemeCharacters)
            && Uri.TryCreate(text, UriKind.Absolute, out uri);
    }
}
