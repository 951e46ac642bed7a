using Meridian.Engine.History.Coverage;

namespace Meridian.Engine.History.Planning;

/// <summary>
/// What is due for one item, in pieces that one query can ask, in the order of recovery. A range that is too long is
/// cut at multiples of the longest piece, counted from the year 1 in UTC: a plan made again cuts at the same instants,
/// and items that miss the same time get the same pieces.
/// </summary>
internal sealed class HistoryPieces
{
    private readonly List<TickRange> _due;
    private readonly long _longest;
    private readonly bool _isNewestFirst;
    private TickRange _rest;
    private bool _isCut;
    private int _taken;

    /// <summary>Begins with the first piece.</summary>
    /// <param name="due">The ranges, ascending, none empty.</param>
    /// <param name="longest">The longest piece, in ticks.</param>
    /// <param name="isNewestFirst">Whether to begin at the end.</param>
    public HistoryPieces(List<TickRange> due, long longest, bool isNewestFirst)
    {
        _due = due;
        _longest = longest;
        _isNewestFirst = isNewestFirst;
        Begin();
    }

    /// <summary>The next piece; null at the end.</summary>
    public TickRange? Next { get; private set; }

    /// <summary>The next piece is asked; on to the one behind it.</summary>
    public void Take()
    {
        if (Next is not { } piece)
        {
            return;
        }

        _rest = _isNewestFirst ? _rest with { End = piece.Start } : _rest with { Start = piece.End };
        if (_rest.IsEmpty)
        {
            _taken++;
            Begin();
        }
        else
        {
            Next = Cut();
        }
    }

    private void Begin()
    {
        if (_taken == _due.Count)
        {
            Next = null;
            return;
        }

        _rest = _due[_isNewestFirst ? ^(_taken + 1) : _taken];
        _isCut = _rest.Length > _longest;
        Next = Cut();
    }

    private TickRange Cut()
    {
        if (!_isCut)
        {
            return _rest;
        }

        return _isNewestFirst
            ? _rest with { Start = Math.Max(_rest.Start, (_rest.End - 1) / _longest * _longest) }
            : _rest with { End = Math.Min(_rest.End, ((_rest.Start / _longest) + 1) * _longest) };
    }
}
