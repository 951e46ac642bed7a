using System.Text;
using Meridian.Formats.Times;

namespace Meridian.Formats.Sql;

/// <summary>
/// The text of a query: finds its variables outside of literals, quoted names and comments, and says what is wrong with
/// it before any database does. Immutable.
/// </summary>
public sealed class SqlText
{
    private static readonly string[] Known =
        [TimeVariables.Start, TimeVariables.End, SqlVariable.LastSequence, SqlVariable.Limit];

    private readonly string _source;
    private readonly StringBuilder _text = new();
    private readonly SortedSet<string> _variables = new(StringComparer.OrdinalIgnoreCase);
    private string _word = string.Empty;
    private int _depth;
    private bool _hasOrder;
    private bool _hasInnerLimit;
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
    /// What the database gets: the variables spelled as <c>@StartTime</c> is here and set apart, no semicolon.
    /// </summary>
    public string Text { get; }

    /// <summary>What is wrong with a query, in whole sentences.</summary>
    /// <param name="mode">How it is asked again and again.</param>
    public IEnumerable<string> FindProblems(SqlMode mode = SqlMode.Window)
    {
        if (_isOpen)
        {
            yield return "The query has a quote or comment that is never closed; close it.";
        }

        var isWindow = mode == SqlMode.Window;
        string[] wanted = isWindow ? Known[..2] : Known[2..];
        var names = string.Join(" and ", wanted);
        string[] missing = [.. wanted.Where(name => !_variables.Contains(name))];
        if (missing.Length > 0)
        {
            yield return $"The query has no {string.Join(" and ", missing)}, so it would give the whole table each "
                + "time; ask for " + (isWindow
                    ? $"time >= {wanted[0]} AND time < {wanted[1]}."
                    : $"id > {wanted[0]} ORDER BY id LIMIT {wanted[1]}.");
        }

        if (_variables.Except(wanted, StringComparer.OrdinalIgnoreCase).ToArray() is { Length: > 0 } unknown)
        {
            yield return $"The query has {string.Join(", ", unknown)}; only {names} are filled in"
                + (unknown.Any(name => Array.IndexOf(Known, name) >= 0) ? " in this mode." : ".");
        }

        if (!isWindow && !_hasOrder)
        {
            yield return "The query has no ORDER BY, so what is behind its limit could be passed over; end it with "
                + $"ORDER BY id LIMIT {SqlVariable.Limit}.";
        }

        if (!isWindow && _hasInnerLimit)
        {
            yield return $"{SqlVariable.Limit} stands within parentheses: what it cuts there, the query around it "
                + "cannot know, and rows could be passed over. End the whole query with ORDER BY id LIMIT "
                + $"{SqlVariable.Limit}.";
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
            case var letter when char.IsLetter(letter) || letter == '_':
                return TakeWord(at);
            case ';':
                _isEnded = true;
                return at + 1;
            default:
                _depth += character == '(' ? 1 : character == ')' ? -1 : 0;
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
        var end = EndOfName(at + 1);
        var isTag = end < _source.Length && _source[end] == '$' && (at == 0 || !IsNamePart(_source[at - 1]));
        return isTag ? _source[at..(end + 1)] : null;
    }

    private int TakeWord(int at)
    {
        var end = EndOfName(at);
        var word = _source[at..end];
        _hasOrder |= _depth == 0 && word.Equals("BY", StringComparison.OrdinalIgnoreCase)
            && _word.Equals("ORDER", StringComparison.OrdinalIgnoreCase);
        _word = word;
        return Copy(at, end);
    }

    private int TakeVariable(int at)
    {
        var end = EndOfName(at + 1);
        var name = _source[at..end];
        name = Known.FirstOrDefault(known => known.Equals(name, StringComparison.OrdinalIgnoreCase)) ?? name;
        _variables.Add(name);
        _hasInnerLimit |= _depth > 0 && name.Equals(SqlVariable.Limit, StringComparison.Ordinal);

        // Set apart: with '<' before it, PostgreSQL would read the operator '<@'.
        _text.Append(' ').Append(name);
        _hasMore |= _isEnded;
        return end;
    }

    private int EndOfName(int at)
    {
        while (at < _source.Length && IsNamePart(_source[at]))
        {
            at++;
        }

        return at;
    }

    private static bool IsNamePart(char character) => char.IsLetterOrDigit(character) || character == '_';
}
