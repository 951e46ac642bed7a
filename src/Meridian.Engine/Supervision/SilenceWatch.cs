namespace Meridian.Engine.Supervision;

/// <summary>
/// Watches one thing that is expected to be heard of again and again. Reads no clock: times are counts of whatever its
/// owner goes by, timestamps or ticks of a schedule, so that a wall clock that is set means nothing here. Heard by any
/// thread, looked at by one.
/// </summary>
/// <param name="interval">Within what it is expected, in those counts.</param>
/// <param name="patience">How many intervals of silence degrade it.</param>
internal sealed class SilenceWatch(long interval, int patience)
{
    /// <summary>Intervals from the first step to a new connection.</summary>
    private const int UntilReconnect = 1;

    /// <summary>Intervals from one new connection to the next: at most one in so many.</summary>
    private const int UntilReconnectAgain = 10;

    private long _heardAt = long.MinValue;
    private long _stepAt = long.MinValue;
    private int? _left;
    private bool _isSilent;

    /// <summary>Whether it is silent, as of the last look; it may have been heard since.</summary>
    public bool IsSilent => Volatile.Read(ref _isSilent);

    /// <summary>When the next step is due, as of the last look, if nothing is heard until then.</summary>
    public long Due { get; private set; }

    /// <summary>It was heard.</summary>
    public void Hear(long now) => Volatile.Write(ref _heardAt, now);

    /// <summary>Takes the step that is due.</summary>
    /// <param name="now">The count now.</param>
    /// <param name="listeningSince">Since when it could have been heard: what was before is nobody's silence.</param>
    /// <param name="mayReconnect">Whether a new connection would interrupt nothing; else that step waits.</param>
    public SilenceStep Look(long now, long listeningSince, bool mayReconnect)
    {
        var heardAt = Volatile.Read(ref _heardAt);
        if (_isSilent && heardAt >= _stepAt)
        {
            Volatile.Write(ref _isSilent, false);
            (_stepAt, _left) = (long.MinValue, null);
            Plan(Math.Max(heardAt, listeningSince));
            return SilenceStep.Recover;
        }

        Plan(Math.Max(Math.Max(heardAt, _stepAt), listeningSince));
        if (now < Due || (_isSilent && !mayReconnect))
        {
            return SilenceStep.None;
        }

        var step = _isSilent ? SilenceStep.Reconnect : SilenceStep.Degrade;
        (_stepAt, _left) = (now, _isSilent ? UntilReconnectAgain : UntilReconnect);
        Volatile.Write(ref _isSilent, true);
        Plan(now);
        return step;
    }

    private void Plan(long from) => Due = from + (interval * (_left ?? patience));
}

/// <summary>What is to be done about a silence.</summary>
internal enum SilenceStep
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>It begins: say so, and try what disturbs least.</summary>
    Degrade,

    /// <summary>It goes on: connect anew.</summary>
    Reconnect,

    /// <summary>It is over.</summary>
    Recover,
}
