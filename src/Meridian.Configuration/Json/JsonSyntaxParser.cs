using System.Text;
using System.Text.Json;

namespace Meridian.Configuration.Json;

/// <summary>
/// Turns the bytes of the file into <see cref="JsonSyntax"/>. The text is checked UTF-8; everything else that is wrong
/// with
/// it is thrown as <see cref="JsonException"/> and becomes one problem in <see cref="JsonText"/>.
/// </summary>
internal ref struct JsonSyntaxParser
{
    private readonly ReadOnlySpan<byte> _utf8;
    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);
    private Utf8JsonReader _reader;
    private int _line = 1;
    private int _counted;

    private JsonSyntaxParser(ReadOnlySpan<byte> utf8)
    {
        _utf8 = utf8;
        _reader = new Utf8JsonReader(
            utf8, new JsonReaderOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
    }

    /// <summary>Reads the one value of a text.</summary>
    /// <exception cref="JsonException">The text is not JSON.</exception>
    public static JsonSyntax Parse(ReadOnlySpan<byte> utf8)
    {
        var parser = new JsonSyntaxParser(utf8);
        parser._reader.Read();
        var value = parser.ReadValue();

        // Nothing may follow; the reader says so itself when something does.
        parser._reader.Read();
        return value;
    }

    private JsonSyntax ReadValue()
    {
        var line = LineHere();
        var start = (int)_reader.TokenStartIndex;
        return _reader.TokenType switch
        {
            JsonTokenType.StartObject => ReadObject(line, start),
            JsonTokenType.StartArray => ReadList(line, start),
            JsonTokenType.String => new TextSyntax(line, ReadText(line)) { Span = SpanFrom(start) },
            JsonTokenType.Number =>
                new NumberSyntax(line, Encoding.UTF8.GetString(_reader.ValueSpan)) { Span = SpanFrom(start) },
            JsonTokenType.True => new BooleanSyntax(line, IsTrue: true) { Span = SpanFrom(start) },
            JsonTokenType.False => new BooleanSyntax(line, IsTrue: false) { Span = SpanFrom(start) },
            _ => new NullSyntax(line) { Span = SpanFrom(start) },
        };
    }

    private ObjectSyntax ReadObject(int line, int start)
    {
        var members = new List<MemberSyntax>();
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndObject)
        {
            var nameLine = LineHere();
            var nameStart = (int)_reader.TokenStartIndex;
            var name = ReadText(nameLine);

            // Fifty thousand items repeat the same few names; one instance of each is kept.
            name = _names.TryAdd(name, name) ? name : _names[name];
            _reader.Read();
            members.Add(new MemberSyntax(name, nameLine, ReadValue()) { Start = nameStart });
        }

        return new ObjectSyntax(line, members) { Span = SpanFrom(start) };
    }

    private ListSyntax ReadList(int line, int start)
    {
        var elements = new List<JsonSyntax>();
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
        {
            elements.Add(ReadValue());
        }

        return new ListSyntax(line, elements) { Span = SpanFrom(start) };
    }

    private readonly TextSpan SpanFrom(int start) => new(start, (int)_reader.BytesConsumed);

    private readonly string ReadText(int line)
    {
        try
        {
            return _reader.GetString() ?? string.Empty;
        }
        catch (InvalidOperationException exception)
        {
            // An escaped surrogate without its other half, as in "\ud800": no text can hold it.
            throw new JsonException(
                "A \\u escape names half of a character.", path: null, line - 1, bytePositionInLine: null, exception);
        }
    }

    private int LineHere()
    {
        var start = (int)_reader.TokenStartIndex;
        _line += _utf8[_counted..start].Count((byte)'\n');
        _counted = start;
        return _line;
    }
}
