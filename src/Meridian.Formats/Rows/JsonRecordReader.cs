using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Meridian.Formats.Payloads;

namespace Meridian.Formats.Rows;

/// <summary>
/// Reads the records of a JSON document from a stream, one by one: the elements of the array to which a path leads, or
/// the one object there. Beside them it keeps single values, such as where the next page is.
/// </summary>
/// <remarks>
/// Only the record at hand is held, never the document. What is wrong is a value, never an exception; the stream's own
/// pass through. One thread at a time; the stream stays its owner's.
/// </remarks>
public sealed class JsonRecordReader : IDisposable
{
    private const int FirstBytes = 16 * 1024;

    [SuppressMessage("Usage", "CA2213:Disposable fields should be disposed", Justification = "Its owner's.")]
    private readonly Stream _source;
    private readonly JsonPath _records;
    private readonly int _maxRecordBytes;
    private readonly JsonPlaces _places;
    private byte[] _buffer = new byte[FirstBytes];
    private int _start;
    private int _end;
    private bool _isLast;
    private bool _isBegun;
    private bool _isFound;
    private JsonReaderState _state;
    private JsonDocument? _record;

    /// <summary>Reads from a stream.</summary>
    /// <param name="source">The stream, at its beginning; UTF-8, with or without a byte order mark.</param>
    /// <param name="records">Where the records are.</param>
    /// <param name="others">Single values to keep.</param>
    /// <param name="maxRecordBytes">The longest record; a longer one is a problem.</param>
    public JsonRecordReader(
        Stream source, JsonPath records, IReadOnlyList<JsonPath> others, int maxRecordBytes = 16 << 20)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(records);
        ArgumentNullException.ThrowIfNull(others);

        _source = source;
        _records = records;
        _maxRecordBytes = maxRecordBytes;
        _places = new JsonPlaces([records, .. others]);
    }

    /// <summary>The record; lent until the next is read.</summary>
    public JsonElement Record => _record?.RootElement ?? default;

    /// <summary>Why the document cannot be read, a whole sentence; null when it can.</summary>
    public string? Problem { get; private set; }

    /// <summary>A single value as text, known for good at the end; null where there is none, or no text or number.
    /// </summary>
    /// <param name="index">Which of the others.</param>
    public string? ValueOf(int index) => _places.ValueOf(index + 1);

    /// <summary>Reads the next record.</summary>
    /// <param name="cancellationToken">Cancels; the reader is of no more use.</param>
    /// <returns>What was found.</returns>
    public async ValueTask<JsonStep> ReadAsync(CancellationToken cancellationToken)
    {
        _record?.Dispose();
        _record = null;
        while (Problem is null)
        {
            try
            {
                if (_isBegun && Advance() is { } step)
                {
                    return step;
                }
            }
            catch (JsonException fault)
            {
                Problem = $"What came is not JSON: {fault.Message}";
                break;
            }
            catch (InvalidOperationException)
            {
                Problem = "What came is not JSON: a string in it is not Unicode text.";
                break;
            }

            await FillAsync(cancellationToken).ConfigureAwait(false);
        }

        return JsonStep.Problem;
    }

    /// <inheritdoc/>
    public void Dispose() => _record?.Dispose();

    /// <summary>Reads on in what is there; null when more is needed.</summary>
    private JsonStep? Advance()
    {
        var reader = new Utf8JsonReader(_buffer.AsSpan(_start, _end - _start), _isLast, _state);
        while (true)
        {
            var before = reader;
            if (!reader.Read())
            {
                Keep(reader);
                return _isLast ? Ended() : null;
            }

            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    _places.Name(ref reader);
                    break;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    _places.Leave();
                    break;
                default:
                    if (_places.IsRecord(reader.TokenType))
                    {
                        return Take(ref reader, before);
                    }

                    var isThere = _places.Take(ref reader);
                    _isFound |= isThere;
                    if (isThere && reader.TokenType is not (JsonTokenType.StartArray or JsonTokenType.Null))
                    {
                        Problem = $"An array or an object of records was expected at {_records}, and "
                            + $"{reader.TokenType} was found.";
                        return JsonStep.Problem;
                    }

                    break;
            }
        }
    }

    /// <summary>Takes a record when it is there as a whole, else nothing.</summary>
    private JsonStep? Take(ref Utf8JsonReader reader, in Utf8JsonReader before)
    {
        if (!JsonDocument.TryParseValue(ref reader, out _record))
        {
            Keep(before);
            return null;
        }

        Keep(reader);
        _isFound = true;
        _places.Pass(Record);
        return JsonStep.Record;
    }

    private JsonStep Ended()
    {
        if (_isFound)
        {
            return JsonStep.End;
        }

        Problem = $"An array or an object of records was expected at {_records}, and nothing was found there.";
        return JsonStep.Problem;
    }

    private void Keep(in Utf8JsonReader reader)
    {
        _start += (int)reader.BytesConsumed;
        _state = reader.CurrentState;
    }

    private async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _buffer.Length)
        {
            if (_buffer.Length >= _maxRecordBytes)
            {
                Problem = $"A record is longer than {_maxRecordBytes:N0} bytes, the most that is held of one.";
                return;
            }

            Array.Resize(ref _buffer, (int)Math.Min(2L * _buffer.Length, Math.Max(_maxRecordBytes, FirstBytes)));
        }

        var count = await _source.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
        _end += count;
        _isLast = count == 0;
        if (!_isBegun && (_isLast || _end >= 3))
        {
            _isBegun = true;
            _start = _buffer.AsSpan(0, _end).StartsWith("\uFEFF"u8) ? 3 : 0;
        }
    }
}
