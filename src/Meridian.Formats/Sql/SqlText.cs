using System.Text;
using Meridian.Formats.Times;

namespace Meridian.Formats.Sql;

/// <summary>
/// The text of a query: finds its variables outside of literals, quoted names and comments, and says what is wrong with
/// it before any database does. Immutable.
/// </summary>
public sealed class SqlText
{
    private readonly string _source;
    private readonly StringBuilder _text = new();
    private readonly SortedSet<string> _unknown = new(StringComparer.OrdinalIgnoreCase);
    private bool _hasStart;
    private bool _hasEnd;
    private bool _hasMore;
    private bool _isEnded;
    private bool _isOpen;

    /// <summary>Looks through a query.</summary>
    /// <param name="query">The query as the user wrote it.</param>
    public SqlText(string query)
    {
        ArgumentNullException.ThrowIfNull(query);
        _source = query;
        for (var at = 0; at < query.Length;)
        {
            at = Step(at);
        }

        Text = _text.ToString().TrimEnd();
    }

    /// <summary>
    /// What the database gets: the variables spelled <c>@StartTime</c> and <c>@EndTime</c> and set apart, no semicolon.
    /// </summary>
    public string Text { get; }

    /// <summary>What is wrong with a query of a window of time, in whole sentences.</summary>
    public IEnumerable<string> FindProblems()
    {
        if (_isOpen)
        {
            yield return "The query has a quote or comment that is never closed; close it.";
        }

        if (!_hasStart || !_hasEnd)
        {
            var missing = _hasStart ? TimeVariables.End : _hasEnd ? TimeVariables.Start
                : $"{TimeVariables.Start} and {TimeVariables.End}";
            yield return $"The query has no {missing}, so it would give the whole table each time; ask for "
                + $"time >= {TimeVariables.Start} AND time < {TimeVariables.End}.";
        }

        if (_unknown.Count > 0)
        {
            yield return $"The query has {string.Join(", ", _unknown)}; only {TimeVariables.Start} and "
                + $"{TimeVariables.End} are filled in.";
        }

        if (_hasMore)
        {
            yield return "The query has more than one statement; write one, without a semicolon within.";
        }
    }

    private int Step(int at)
    {
        var character = _source[at];
        var next = at + 1 < _source.Length ? _source[at + 1] : '\0';
        switch (character)
        {
            case '\'':
                return Copy(at, EndOfLiteral(at));
            case '"' or '`':
                return Copy(at, EndOfQuoted(at, character));
            case '-' when next == '-':
                // Left out, with what is in it.
                var line = _source.IndexOf('\n', at);
                return line < 0 ? _source.Length : line;
            case '/' when next == '*':
                var end = _source.IndexOf("*/", at + 2, StringComparison.Ordinal);
                _isOpen |= end < 0;
                _text.Append(' ');
                return end < 0 ? _source.Length : end + 2;
            case '$' when DollarTag(at) is { } tag:
                var close = _source.IndexOf(tag, at + tag.Length, StringComparison.Ordinal);
                _isOpen |= close < 0;
                return Copy(at, close < 0 ? _source.Length : close + tag.Length);
            case '@' when char.IsLetter(next) || next == '_':
                return TakeVariable(at);
            case ';':
                _isEnded = true;
                return at + 1;
            default:
                _hasMore |= _isEnded && !char.IsWhiteSpace(character);
                _text.Append(character);
                return at + 1;
        }
    }

    private int Copy(int from, int to)
    {
        _hasMore |= _isEnded;
        _text.Append(_source, from, to - from);
        return to;
    }

    private int EndOfLiteral(int at)
    {
        // E'…' of PostgreSQL has escapes, one of which may be a quote.
        var hasEscapes = at > 0 && _source[at - 1] is 'E' or 'e' && (at < 2 || !IsNamePart(_source[at - 2]));
        if (!hasEscapes)
        {
            return EndOfQuoted(at, '\'');
        }

        for (var end = at + 1; end < _source.Length; end++)
        {
            if (_source[end] == '\\')
            {
                end++;
            }
            else if (_source[end] == '\'')
            {
                return end + 1;
            }
        }

        _isOpen = true;
        return _source.Length;
    }

    /// <summary>A doubled quote is the end of one and the beginning of the next, which comes to the same.</summary>
    private int EndOfQuoted(int at, char quote)
    {
        var end = _source.IndexOf(quote, at + 1);
        _isOpen |= end < 0;
        return end < 0 ? _source.Length : end + 1;
    }

    private string? DollarTag(int at)
    {
        var end = at + 1;
        while (end < _source.Length && IsNamePart(_source[end]))
        {
            end++;
        }

        var isTag = end < _source.Length && _source[end] == '$' && (at == 0 || !IsNamePart(_source[at - 1]));
        return isTag ? _source[at..(end + 1)] : null;
    }

    private int TakeVariable(int at)
    {
        var end = at + 1;
        while (end < _source.Length && IsNamePart(_source[end]))
        {
            end++;
        }

        var name = _source[at..end];
        if (string.Equals(name, TimeVariables.Start, StringComparison.OrdinalIgnoreCase))
        {
            (name, _hasStart) = (TimeVariables.Start, true);
        }
        else if (string.Equals(name, TimeVariables.End, StringComparison.OrdinalIgnoreCase))
        {
            (name, _hasEnd) = (TimeVariables.End, true);
        }
        else
        {
            _unknown.Add(name);
        }

        // Set apart: with '<' before it, PostgreSQL would read the operator '<@'.
        _text.Append(' ').Append(name);
        _hasMore |= _isEnded;
        return end;
    }

    private static bool IsNamePart(char character) => char.IsLetterOrDigit(character) || character == '_';
}
