using Meridian.Testing.Peers;

namespace Meridian.Testing.Contract;

/// <summary>
/// Counts the places of a call where it can be cancelled: parts that pass the relay, and ways back to the context. At
/// the one that is looked for it cancels, and if told so lets the peer fall silent, so that the call surely waits. Any
/// thread.
/// </summary>
internal sealed class StepWatch
{
    private readonly Lock _lock = new();
    private readonly TcpRelay? _relay;
    private StepPoint? _point;
    private Action? _reached;
    private int _parts;
    private int _returns;
    private bool _isCounting;

    public StepWatch(TcpRelay? relay)
    {
        _relay = relay;
        if (relay is not null)
        {
            relay.OnPart = () => Step(StepKind.Part);
        }
    }

    public void Returned() => Step(StepKind.Return);

    /// <summary>Begins to count; <paramref name="reached"/> is called at the point, on its thread.</summary>
    public void Begin(StepPoint? point = null, Action? reached = null)
    {
        lock (_lock)
        {
            (_parts, _returns, _isCounting, _point, _reached) = (0, 0, true, point, reached);
        }
    }

    /// <summary>Ends counting; whatever was held passes.</summary>
    public (int Parts, int Returns) End()
    {
        lock (_lock)
        {
            _isCounting = false;
            _reached = null;
            _relay?.Release();
            return (_parts, _returns);
        }
    }

    private void Step(StepKind kind)
    {
        Action? reached;
        lock (_lock)
        {
            if (!_isCounting)
            {
                return;
            }

            var number = kind == StepKind.Part ? ++_parts : ++_returns;
            if (_point is not { } point || point.Kind != kind || point.Number != number)
            {
                return;
            }

            reached = _reached;
            if (point.IsSilent)
            {
                _relay?.Hold();
            }
        }

        reached?.Invoke();
    }
}

/// <summary>What is counted.</summary>
internal enum StepKind
{
    /// <summary>A part passes the relay.</summary>
    Part,

    /// <summary>The connector comes back to its context.</summary>
    Return,

    /// <summary>A share of the call's time is over; <see cref="StepPoint.Delay"/> says which.</summary>
    Instant,
}

/// <summary>Where to cancel.</summary>
internal sealed record StepPoint(StepKind Kind, int Number)
{
    /// <summary>Whether the peer falls silent there.</summary>
    public bool IsSilent { get; init; }

    /// <summary>For an instant: how long after the call began.</summary>
    public TimeSpan Delay { get; init; }

    public override string ToString() => Kind switch
    {
        StepKind.Part => $"when part {Number} of its traffic passed{(IsSilent ? " and the peer fell silent" : "")}",
        StepKind.Return => $"when it came to its context for the {Number}. time",
        _ => $"{Delay.TotalMilliseconds:F1} ms after it began",
    };
}
