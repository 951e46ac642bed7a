using System.Buffers;
using System.Globalization;

namespace Meridian.Formats.Csv;

/// <summary>
/// Cuts characters into the fields of one row, in pieces of any size (RFC 4180 §2). Pure. What goes beyond a limit is
/// counted and let go.
/// </summary>
internal sealed class CsvRowParser
{
    private readonly char _delimiter;
    private readonly CsvLimits _limits;
    private readonly SearchValues<char> _plainEnds;
    private readonly SearchValues<char> _quotedEnds = SearchValues.Create("\"\r\n\uFFFF");
    private readonly SearchValues<char> _lineEnds = SearchValues.Create("\r\n");
    private char[] _characters = new char[1_024];
    private FieldSpan[] _fields = new FieldSpan[16];
    private int _length;
    private int _fieldStart;
    private long _fieldLength;
    private long _rowLength;
    private State _state;
    private long _nextLine = 1;
    private bool _afterReturn;

    public CsvRowParser(char delimiter, CsvLimits limits)
    {
        _delimiter = delimiter;
        _limits = limits;
        _plainEnds = SearchValues.Create([delimiter, '\r', '\n', CsvCharacters.Damaged]);
    }

    private enum State
    {
        /// <summary>Nothing of the row was seen.</summary>
        RowStart,

        /// <summary>A delimiter was seen last.</summary>
        FieldStart,

        /// <summary>Within a field without quotes.</summary>
        Plain,

        /// <summary>Within quotes.</summary>
        Quoted,

        /// <summary>Behind a quote that ends the field, or is the first of two.</summary>
        QuoteInQuoted,

        /// <summary>Behind what quotes hold at most: up to the end of the line.</summary>
        PassedOver,
    }

    /// <summary>The line on which the row begins.</summary>
    public long Line { get; private set; } = 1;

    public int FieldCount { get; private set; }

    /// <summary>Why the row is none; null when it is one.</summary>
    public string? Problem { get; private set; }

    public ReadOnlySpan<char> Field(int field)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(field, FieldCount);
        return _characters.AsSpan(_fields[field].Start, _fields[field].Length);
    }

    public bool IsQuoted(int field) => _fields[field].IsQuoted;

    /// <summary>Forgets the row.</summary>
    public void Begin()
    {
        (_length, _fieldStart, FieldCount, Problem, _state) = (0, 0, 0, null, State.RowStart);
        (_fieldLength, _rowLength) = (0, 0);
        Line = _nextLine;
    }

    /// <summary>Takes characters up to the row's end.</summary>
    /// <returns>Whether the row has ended.</returns>
    public bool Take(ReadOnlySpan<char> text, out int taken)
    {
        for (taken = 0; taken < text.Length;)
        {
            var character = text[taken];
            var isLineFeedOfReturn = _afterReturn && character == '\n';
            var hasRowEnded = false;
            _afterReturn = false;
            if (isLineFeedOfReturn)
            {
                taken++;
                if (_state == State.Quoted)
                {
                    Append("\n");
                }

                if (_state == State.PassedOver)
                {
                    return true;
                }

                continue;
            }

            switch (_state)
            {
                case State.RowStart when character is '\r' or '\n':
                    taken++;
                    EndLine(character);
                    Line = _nextLine;
                    break;
                case State.RowStart or State.FieldStart when character == '"':
                    taken++;
                    _state = State.Quoted;
                    break;
                case State.Quoted:
                    taken += TakeQuoted(text[taken..], out hasRowEnded);
                    break;
                case State.QuoteInQuoted when character == '"':
                    taken++;
                    _state = State.Quoted;
                    Append("\"");
                    break;
                case State.PassedOver:
                    taken += PassOver(text[taken..], out hasRowEnded);
                    break;
                default:
                    taken += TakePlain(text[taken..], out hasRowEnded);
                    break;
            }

            if (hasRowEnded)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>There are no more characters.</summary>
    public CsvStep End()
    {
        if (_state == State.RowStart)
        {
            return CsvStep.End;
        }

        if (_state == State.Quoted)
        {
            Fail("a quote that is never closed; write \"\" for a quote within quotes");
        }

        EndField();
        _state = State.RowStart;
        return CsvStep.Row;
    }

    /// <summary>Up to a quote; line breaks stay as they are, but for one on which quotes hold too much.</summary>
    private int TakeQuoted(ReadOnlySpan<char> text, out bool hasRowEnded)
    {
        hasRowEnded = false;
        var end = text.IndexOfAny(_quotedEnds);
        if (end != 0)
        {
            Append(end < 0 ? text : text[..end]);
            return end < 0 ? text.Length : end;
        }

        switch (text[0])
        {
            case '"':
                _state = State.QuoteInQuoted;
                break;
            case CsvCharacters.Damaged:
                FailDamaged();
                break;
            default:
                Append(text[..1]);
                EndLine(text[0]);
                hasRowEnded = _state == State.PassedOver;
                break;
        }

        return 1;
    }

    /// <summary>Up to a line's end, whatever stands there.</summary>
    private int PassOver(ReadOnlySpan<char> text, out bool hasRowEnded)
    {
        var end = text.IndexOfAny(_lineEnds);
        hasRowEnded = end >= 0;
        if (!hasRowEnded)
        {
            return text.Length;
        }

        EndLine(text[end]);
        return end + 1;
    }

    /// <summary>Up to a delimiter or a line's end.</summary>
    private int TakePlain(ReadOnlySpan<char> text, out bool hasRowEnded)
    {
        hasRowEnded = false;
        var end = text.IndexOfAny(_plainEnds);
        if (end != 0)
        {
            var plain = end < 0 ? text : text[..end];
            if (_state == State.QuoteInQuoted)
            {
                Fail($"'{plain[0]}' right behind a closing quote; write \"\" for a quote within quotes");
            }

            _state = State.Plain;
            Append(plain);
            return plain.Length;
        }

        if (text[0] == CsvCharacters.Damaged)
        {
            FailDamaged();
            _state = State.Plain;
            return 1;
        }

        EndField();
        hasRowEnded = text[0] != _delimiter;
        _state = hasRowEnded ? State.RowStart : State.FieldStart;
        if (hasRowEnded)
        {
            EndLine(text[0]);
        }

        return 1;
    }

    private void EndLine(char character)
    {
        _nextLine++;
        _afterReturn = character == '\r';
    }

    private void EndField()
    {
        if (FieldCount == _limits.MaxFields)
        {
            Fail(string.Create(CultureInfo.InvariantCulture, $"more than {_limits.MaxFields} fields"));
        }

        if (Problem is null)
        {
            if (FieldCount == _fields.Length)
            {
                Array.Resize(ref _fields, Math.Min(_limits.MaxFields, 2 * _fields.Length));
            }

            _fields[FieldCount++] =
                new FieldSpan(_fieldStart, _length - _fieldStart, _state is State.QuoteInQuoted or State.Quoted);
        }

        (_fieldStart, _fieldLength) = (_length, 0);
    }

    /// <summary>Counts what is let go, too: quotes that are never closed end wherever they began.</summary>
    private void Append(ReadOnlySpan<char> text)
    {
        _fieldLength += text.Length;
        _rowLength += text.Length;
        if (_fieldLength > _limits.MaxFieldLength)
        {
            FailTooLong("a field of ", _limits.MaxFieldLength);
        }
        else if (_rowLength > _limits.MaxRowLength)
        {
            FailTooLong(string.Empty, _limits.MaxRowLength);
        }
        else if (Problem is null)
        {
            if (_characters.Length - _length < text.Length)
            {
                Array.Resize(ref _characters, Math.Max(2 * _characters.Length, _length + text.Length));
            }

            text.CopyTo(_characters.AsSpan(_length));
            _length += text.Length;
        }
    }

    private void FailDamaged() => Fail("bytes that are no character in this encoding; set another encoding");

    private void Fail(string what)
    {
        Problem ??= string.Create(CultureInfo.InvariantCulture, $"Line {Line} has {what}.");
        FieldCount = 0;
    }

    /// <summary>A quote that swallows the file would make one row of all that follows: the row ends with the line.
    /// </summary>
    private void FailTooLong(string of, int limit)
    {
        if (Problem is null)
        {
            Fail(string.Create(
                CultureInfo.InvariantCulture, $"{of}more than {limit} characters; look for a missing quote"));
        }

        _state = _state == State.Quoted ? State.PassedOver : _state;
    }

    private readonly record struct FieldSpan(int Start, int Length, bool IsQuoted);
}
