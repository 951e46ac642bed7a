namespace Meridian.Connectors.Files.Folder;

/// <summary>
/// Cuts a stream of JSON into its objects without holding more than one: the elements of an array, or one a line. What
/// an object says, another reads. What is longer than the limit is passed over and told. One caller.
/// </summary>
/// <param name="source">The stream; it stays its owner's.</param>
/// <param name="isByLine">Whether each line is an object; one that is broken does not reach into the next then.</param>
internal sealed class JsonObjectReader(Stream source, bool isByLine)
{
    /// <summary>The longest object: 4 MiB.</summary>
    public const int MaxBytes = 4 << 20;

    private const int FirstBytes = 64 << 10;
    private const int MarkBytes = 3;

    private readonly JsonCut _cut = new(isByLine);
    private byte[] _buffer = new byte[FirstBytes];
    private int _start;
    private int _next;
    private int _end;
    private bool _isTooLong;
    private bool _isBegun;

    /// <summary>The object's bytes; lent until the next is read.</summary>
    public ReadOnlyMemory<byte> Object { get; private set; }

    /// <summary>Why there is no whole object, a sentence; null when there is one.</summary>
    public string? Problem { get; private set; }

    /// <summary>The line on which it begins, from 1.</summary>
    public long Line => _cut.Line;

    /// <summary>Reads the next.</summary>
    /// <returns>Whether there was one, or a problem.</returns>
    public async ValueTask<bool> ReadAsync(CancellationToken cancellationToken)
    {
        (Problem, Object, _isTooLong) = (null, default, false);
        while (true)
        {
            for (; _next < _end; _next++)
            {
                switch (_cut.Take(_buffer[_next]))
                {
                    case JsonCutStep.Between:
                        _start = _next + 1;
                        break;
                    case JsonCutStep.EndsBefore:
                        return Give(_next);
                    case JsonCutStep.EndsHere:
                        return Give(++_next);
                    default:
                        break;
                }
            }

            if (!await FillAsync(cancellationToken).ConfigureAwait(false))
            {
                return _cut.IsWithin && End();
            }
        }
    }

    /// <summary>The stream ended within an object: by lines that is how the last one ends.</summary>
    private bool End()
    {
        _cut.End();
        _ = Give(_next);
        Problem ??= isByLine ? null : $"Line {Line}: the file ends within what begins there.";
        return true;
    }

    private bool Give(int end)
    {
        Object = _buffer.AsMemory(_start, end - _start);
        _start = end;
        if (_isTooLong)
        {
            Problem = $"Line {Line}: what begins there is longer than {MaxBytes} bytes; it was not held.";
            Object = default;
        }

        return true;
    }

    private async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        if (_end - _start > MaxBytes)
        {
            // It is passed over; only its end is looked for.
            (_isTooLong, _start) = (true, _end);
        }

        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_next, _end, _start) = (_next - _start, _end - _start, 0);
        if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, 2 * _buffer.Length);
        }

        // A mark at the beginning is looked for in one piece.
        var least = _isBegun ? 1 : MarkBytes;
        var count = await source
            .ReadAtLeastAsync(_buffer.AsMemory(_end), least, throwOnEndOfStream: false, cancellationToken)
            .ConfigureAwait(false);
        _end += count;
        SkipMark();
        return count > 0;
    }

    /// <summary>A byte order mark is no JSON.</summary>
    private void SkipMark()
    {
        if (!_isBegun && _buffer.AsSpan(0, _end).StartsWith("\uFEFF"u8))
        {
            (_start, _next) = (MarkBytes, MarkBytes);
        }

        _isBegun = true;
    }
}
