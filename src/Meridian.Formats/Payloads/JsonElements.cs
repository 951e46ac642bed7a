using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Meridian.Formats.Payloads;

/// <summary>Finds the elements of an array, or the members of an object, in a document. The document is read to its
/// end.
/// </summary>
internal ref struct JsonElements
{
    private readonly JsonPath _path;
    private readonly List<JsonElementPlace> _found;
    private Utf8JsonReader _reader;
    private string? _reason;

    private JsonElements(in ReadOnlySequence<byte> payload, JsonPath path, List<JsonElementPlace> found)
    {
        _path = path;
        _found = found;
        _reader = payload.IsSingleSegment ? new Utf8JsonReader(payload.FirstSpan) : new Utf8JsonReader(payload);
    }

    /// <summary>Finds them.</summary>
    /// <param name="payload">The document.</param>
    /// <param name="path">Where the array or object is.</param>
    /// <param name="found">Takes the places, in the order of the document.</param>
    /// <returns>Why it could not be read; null when it could.</returns>
    public static string? Find(in ReadOnlySequence<byte> payload, JsonPath path, List<JsonElementPlace> found)
    {
        found.Clear();
        if (payload.IsEmpty)
        {
            return "The payload is empty; a JSON document was expected.";
        }

        var walk = new JsonElements(payload, path, found)
        {
            _reason = $"An array or an object was expected at {path}, and nothing was found there.",
        };
        try
        {
            walk._reader.Read();
            walk.ReadValue(0);
            walk._reader.Read(); // Whatever follows the document makes this throw.
            return walk._reason;
        }
        catch (JsonException fault)
        {
            return $"The payload is not JSON: {fault.Message}";
        }
        catch (InvalidOperationException)
        {
            return "The payload is not JSON: a string in it is not Unicode text.";
        }
    }

    private void ReadValue(int depth)
    {
        if (depth == _path.Steps.Length)
        {
            Take();
            return;
        }

        var step = _path.Steps[depth];
        if (_reader.TokenType == JsonTokenType.StartObject)
        {
            while (_reader.Read() && _reader.TokenType != JsonTokenType.EndObject)
            {
                var isNext = step.Name is not null && _reader.ValueTextEquals(step.Name);
                _reader.Read();
                ReadOrSkip(isNext, depth + 1);
            }
        }
        else if (_reader.TokenType == JsonTokenType.StartArray)
        {
            for (var i = 0; _reader.Read() && _reader.TokenType != JsonTokenType.EndArray; i++)
            {
                ReadOrSkip(step.Index == i, depth + 1);
            }
        }
    }

    private void ReadOrSkip(bool isOnPath, int depth)
    {
        if (isOnPath)
        {
            ReadValue(depth);
        }
        else
        {
            _reader.Skip();
        }
    }

    private void Take()
    {
        _found.Clear(); // Of a name that repeats the last counts.
        if (_reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
        {
            _reason = $"An array or an object was expected at {_path}, and {_reader.TokenType} was found.";
            return;
        }

        _reason = null;
        var isObject = _reader.TokenType == JsonTokenType.StartObject;
        while (_reader.Read() && _reader.TokenType is not (JsonTokenType.EndObject or JsonTokenType.EndArray))
        {
            string? name = null;
            if (isObject)
            {
                name = _reader.GetString();
                _reader.Read();
            }

            var start = _reader.TokenStartIndex;
            _reader.Skip();
            _found.Add(new JsonElementPlace(start, _reader.BytesConsumed - start, name));
        }
    }
}

/// <summary>Where one element stands.</summary>
/// <param name="Start">Its first byte in the document.</param>
/// <param name="LengthBytes">Its length.</param>
/// <param name="Name">Its name, for a member of an object.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct JsonElementPlace(long Start, long LengthBytes, string? Name);
