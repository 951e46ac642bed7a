namespace Meridian.Connectors.Files.Folder;

/// <summary>Finds where objects begin and end, byte by byte, by braces, quotes and line ends alone. Pure.</summary>
/// <param name="isByLine">Whether each line is an object.</param>
internal sealed class JsonCut(bool isByLine)
{
    private long _line = 1;
    private int _depth;
    private bool _isInText;
    private bool _isEscaped;

    /// <summary>Whether an object has begun and not ended.</summary>
    public bool IsWithin { get; private set; }

    /// <summary>The line on which the object begins, from 1.</summary>
    public long Line { get; private set; } = 1;

    /// <summary>Takes a byte.</summary>
    public JsonCutStep Take(byte one)
    {
        var step = Step(one);
        IsWithin = step == JsonCutStep.Within;

        // A byte behind an object is taken again.
        _line += one == '\n' && step != JsonCutStep.EndsBefore ? 1 : 0;
        return step;
    }

    /// <summary>The stream has ended.</summary>
    public void End() => IsWithin = false;

    private JsonCutStep Step(byte one)
    {
        if (!IsWithin)
        {
            if (one is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n'
                || (!isByLine && one is (byte)',' or (byte)'[' or (byte)']'))
            {
                return JsonCutStep.Between;
            }

            (Line, _depth, _isInText, _isEscaped) = (_line, 0, false, false);
            if (one == '}' && !isByLine)
            {
                // It ends nothing, so it stands for itself.
                return JsonCutStep.EndsHere;
            }
        }

        return !isByLine ? TakeWithin(one) : one == '\n' ? JsonCutStep.EndsBefore : JsonCutStep.Within;
    }

    private JsonCutStep TakeWithin(byte one)
    {
        if (_isInText)
        {
            var wasEscaped = _isEscaped;
            _isEscaped = !wasEscaped && one == '\\';
            _isInText = wasEscaped || one != '"';
            return JsonCutStep.Within;
        }

        switch (one)
        {
            case (byte)'"':
                _isInText = true;
                return JsonCutStep.Within;
            case (byte)'{' or (byte)'[':
                _depth++;
                return JsonCutStep.Within;
            case (byte)',' when _depth == 0:
                return JsonCutStep.EndsBefore;
            case (byte)'}' or (byte)']' when _depth == 0:
                return JsonCutStep.EndsBefore;
            case (byte)'}' or (byte)']':
                return --_depth == 0 ? JsonCutStep.EndsHere : JsonCutStep.Within;
            default:
                return JsonCutStep.Within;
        }
    }
}

/// <summary>What a byte is.</summary>
internal enum JsonCutStep
{
    /// <summary>Of an object.</summary>
    Within,

    /// <summary>Between objects.</summary>
    Between,

    /// <summary>The first behind an object.</summary>
    EndsBefore,

    /// <summary>The last of an object.</summary>
    EndsHere,
}
