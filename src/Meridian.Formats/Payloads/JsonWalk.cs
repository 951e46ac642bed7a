using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Meridian.Sdk.Readings;

namespace Meridian.Formats.Payloads;

/// <summary>
/// One pass over a JSON document that follows all paths at once. The document is read to its end, so that a broken one
/// never yields a value; of a name that repeats the last counts, as nearly all JSON readers have it.
/// </summary>
internal ref struct JsonWalk
{
    // Which paths are still followed, as bits.
    private const int ValueBit = 1;
    private const int TimestampBit = 2;
    private const int QualityBit = 4;
    private const int NameBit = 8;

    /// <summary>The longest timestamp or quality that makes sense, with room.</summary>
    private const int MaxScalarBytes = 128;

    private readonly ReadOnlySequence<byte> _payload;
    private readonly JsonPaths _paths;
    private Utf8JsonReader _reader;
    private ReadingValue? _value;
    private DateTimeOffset? _timestamp;
    private Quality? _quality;
    private string? _name;
    private string? _reason;

    private JsonWalk(in ReadOnlySequence<byte> payload, JsonPaths paths)
    {
        _payload = payload;
        _paths = paths;
        _reader = payload.IsSingleSegment ? new Utf8JsonReader(payload.FirstSpan) : new Utf8JsonReader(payload);
    }

    /// <summary>Reads a document.</summary>
    /// <param name="payload">The document.</param>
    /// <param name="paths">What to look for.</param>
    /// <param name="found">What was found.</param>
    /// <returns>Why it could not be read; null when it could.</returns>
    public static string? Read(in ReadOnlySequence<byte> payload, JsonPaths paths, out JsonFound found)
    {
        found = default;
        if (payload.IsEmpty)
        {
            return "The payload is empty; a JSON document was expected.";
        }

        var walk = new JsonWalk(payload, paths);
        try
        {
            walk.Run();
        }
        catch (JsonException fault)
        {
            return $"The payload is not JSON: {fault.Message}";
        }
        catch (InvalidOperationException)
        {
            // Utf8JsonReader's way to say that a string holds bytes or escapes that are not Unicode text.
            return "The payload is not JSON: a string in it is not Unicode text.";
        }

        found = walk._reason is null
            ? new JsonFound(walk._value, walk._timestamp, walk._quality, walk._name)
            : default;
        return walk._reason;
    }

    private void Run()
    {
        _reader.Read();
        var all = (_paths.Value is null ? 0 : ValueBit)
            | (_paths.Name is null ? 0 : NameBit)
            | (_paths.Timestamp is null ? 0 : TimestampBit)
            | (_paths.Quality is null ? 0 : QualityBit);
        ReadValue(0, all);

        // Whatever follows the document makes this throw: half a message must not pass for a whole one.
        _reader.Read();

        if (_paths.Value is not null && _value is null)
        {
            if (!_paths.IsValueOptional)
            {
                _reason ??= $"The value was expected at {_paths.Value}, and nothing was found there.";
            }
        }
        else if (_paths.Timestamp is not null && _timestamp is null)
        {
            _reason ??= $"The timestamp was expected at {_paths.Timestamp}, and nothing was found there.";
        }
        else if (_paths.Name is not null && _name is null)
        {
            _reason ??= $"The name was expected at {_paths.Name}, and nothing was found there.";
        }
    }

    private void ReadValue(int depth, int followed)
    {
        var ending = 0;
        for (var bit = ValueBit; bit <= NameBit; bit <<= 1)
        {
            if ((followed & bit) != 0 && PathOf(bit).Steps.Length == depth)
            {
                ending |= bit;
            }
        }

        Take(ending);
        if (_reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
        {
            return;
        }

        var start = _reader.TokenStartIndex;
        ReadInside(depth, followed & ~ending);
        if ((ending & ValueBit) != 0)
        {
            var raw = _payload.Slice(start, _reader.BytesConsumed - start);
            _value = ReadingValue.FromJson(Encoding.UTF8.GetString(raw));
        }
    }

    private void ReadInside(int depth, int followed)
    {
        if (followed == 0)
        {
            _reader.Skip();
            return;
        }

        if (_reader.TokenType == JsonTokenType.StartObject)
        {
            while (_reader.Read() && _reader.TokenType != JsonTokenType.EndObject)
            {
                var into = Matching(depth, followed, -1);
                _reader.Read();
                ReadValue(depth + 1, into);
            }

            return;
        }

        for (var index = 0; _reader.Read() && _reader.TokenType != JsonTokenType.EndArray; index++)
        {
            ReadValue(depth + 1, Matching(depth, followed, index));
        }
    }

    /// <summary>
    /// Which of the paths go on into the property the reader stands on, or into this index of an array.
    /// </summary>
    private readonly int Matching(int depth, int followed, int index)
    {
        var matching = 0;
        for (var bit = ValueBit; bit <= NameBit; bit <<= 1)
        {
            if ((followed & bit) == 0)
            {
                continue;
            }

            var step = PathOf(bit).Steps[depth];
            if (index >= 0 ? step.Index == index : step.Name is not null && _reader.ValueTextEquals(step.Name))
            {
                matching |= bit;
            }
        }

        return matching;
    }

    private void Take(int ending)
    {
        if ((ending & TimestampBit) != 0)
        {
            TakeTimestamp();
        }

        if ((ending & QualityBit) != 0)
        {
            TakeQuality();
        }

        if ((ending & NameBit) != 0)
        {
            TakeName();
        }

        if ((ending & ValueBit) != 0)
        {
            TakeScalar();
        }
    }

    private void TakeName()
    {
        switch (_reader.TokenType)
        {
            case JsonTokenType.String:
                _name = _reader.GetString();
                break;
            case JsonTokenType.Number:
                Span<byte> buffer = stackalloc byte[MaxScalarBytes];
                _name = Encoding.UTF8.GetString(ScalarText(buffer));
                break;
            default:
                _reason ??= $"{Found(default)} was found at {_paths.Name}, and a name was expected.";
                break;
        }
    }

    private void TakeScalar()
    {
        switch (_reader.TokenType)
        {
            case JsonTokenType.Number:
                Span<byte> buffer = stackalloc byte[MaxScalarBytes];
                var text = ScalarText(buffer);
                if (!NumberText.TryParse(text, out var number))
                {
                    _reason ??= $"{Excerpt.Of(text)} was found at {_paths.Value}, and a number within the range of a "
                        + $"double, written with at most {MaxScalarBytes} digits, was expected.";
                }

                _value = number;
                break;
            case JsonTokenType.String:
                _value = ReadingValue.From(_reader.GetString());
                break;
            case JsonTokenType.True or JsonTokenType.False:
                _value = ReadingValue.From(_reader.GetBoolean());
                break;
            case JsonTokenType.Null:
                _value = ReadingValue.Null;
                break;
            default:
                // An object or array is taken as raw text once its end is known.
                break;
        }
    }

    private void TakeTimestamp()
    {
        Span<byte> buffer = stackalloc byte[MaxScalarBytes];
        var text = ScalarText(buffer);
        var isRightType = _reader.TokenType == JsonTokenType.String
            || (_reader.TokenType == JsonTokenType.Number && _paths.TimestampFormat != TimestampFormat.Iso);
        if (isRightType && TimestampText.TryParse(text, _paths.TimestampFormat, out var timestamp))
        {
            _timestamp = timestamp;
            return;
        }

        _reason ??= $"{Found(text)} was found at {_paths.Timestamp}, and "
            + $"{TimestampText.Describe(_paths.TimestampFormat)} was expected.";
    }

    private void TakeQuality()
    {
        Span<byte> buffer = stackalloc byte[MaxScalarBytes];
        var text = ScalarText(buffer);
        _quality = _reader.TokenType switch
        {
            JsonTokenType.True => Quality.Good,
            JsonTokenType.False => Quality.Bad,
            JsonTokenType.Number when QualityText.TryParseCode(text, out var quality) => quality,
            JsonTokenType.String when QualityText.TryParseWord(text, out var quality) => quality,
            _ => null,
        };
        if (_quality is null && _reader.TokenType != JsonTokenType.Null)
        {
            _reason ??= $"{Found(text)} was found at {_paths.Quality}, and good, uncertain, bad, true, false or an "
                + "OPC UA status code was expected.";
        }
    }

    /// <summary>
    /// The token's text without quotes and escapes; empty when it is too long to be a scalar of ours.
    /// </summary>
    private readonly ReadOnlySpan<byte> ScalarText(Span<byte> buffer)
    {
        var length = _reader.HasValueSequence ? _reader.ValueSequence.Length : _reader.ValueSpan.Length;
        if (length > buffer.Length)
        {
            return default;
        }

        if (_reader.TokenType == JsonTokenType.String)
        {
            return buffer[.._reader.CopyString(buffer)];
        }

        if (_reader.HasValueSequence)
        {
            _reader.ValueSequence.CopyTo(buffer);
        }
        else
        {
            _reader.ValueSpan.CopyTo(buffer);
        }

        return buffer[..(int)length];
    }

    private readonly string Found(ReadOnlySpan<byte> text) => _reader.TokenType switch
    {
        JsonTokenType.StartObject => "An object",
        JsonTokenType.StartArray => "An array",
        JsonTokenType.String when text.IsEmpty => "An empty or very long string",
        JsonTokenType.String => $"The string '{Excerpt.Of(text)}'",
        JsonTokenType.Number => $"The number {Excerpt.Of(text)}",
        _ => Excerpt.Of(text),
    };

    private readonly JsonPath PathOf(int bit) => bit switch
    {
        // A bit is only followed when its path is there.
        TimestampBit => _paths.Timestamp!,
        QualityBit => _paths.Quality!,
        NameBit => _paths.Name!,
        _ => _paths.Value!,
    };
}

/// <summary>The compiled paths of one spec; null for what there is not.</summary>
internal sealed record JsonPaths
{
    public JsonPath? Value { get; init; }

    public JsonPath? Timestamp { get; init; }

    public TimestampFormat TimestampFormat { get; init; }

    public JsonPath? Quality { get; init; }

    public JsonPath? Name { get; init; }

    /// <summary>Whether nothing may stand where the value is.</summary>
    public bool IsValueOptional { get; init; }
}

/// <summary>What was found; null for what was not asked for or is not there.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct JsonFound(
    ReadingValue? Value, DateTimeOffset? Timestamp, Quality? Quality, string? Name);
