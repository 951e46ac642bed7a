namespace Meridian.Connectors.Modbus.Querying;

/// <summary>
/// What is known of the units of one device: how often each was asked in vain in this query, which are given up for it,
/// and whether a silence of all means that the connection is dead. No I/O, no clock.
/// </summary>
internal sealed class UnitStates(int retries)
{
    private readonly Unit[] _units = [.. Enumerable.Range(0, 256).Select(static _ => new Unit())];
    private bool _hasMissed;

    /// <summary>A new connection: nobody was heard on it.</summary>
    public void Connected()
    {
        _hasMissed = false;
        foreach (var unit in _units)
        {
            unit.WasHeard = unit.WasMissed = false;
        }
    }

    /// <summary>A new query: every unit has its tries again.</summary>
    public void Begin()
    {
        foreach (var unit in _units)
        {
            (unit.FailedCount, unit.GivenUp) = (0, null);
        }
    }

    /// <summary>Something came back, be it a gateway's word on a unit: the connection lives.</summary>
    public void LinkAnswered()
    {
        if (!_hasMissed)
        {
            return;
        }

        _hasMissed = false;
        foreach (var unit in _units)
        {
            unit.WasMissed = false;
        }
    }

    /// <summary>The unit itself answered.</summary>
    public void Answered(byte unitId)
    {
        var unit = _units[unitId];
        (unit.FailedCount, unit.IsAbsent, unit.WasHeard) = (0, false, true);
        LinkAnswered();
    }

    /// <summary>The unit was asked in vain.</summary>
    /// <returns>Whether it is given up for this query.</returns>
    public bool Failed(byte unitId, RequestOutcome outcome)
    {
        var unit = _units[unitId];
        unit.FailedCount++;
        if (unit.FailedCount > (unit.IsAbsent ? 0 : retries))
        {
            unit.GivenUp ??= outcome;
            unit.IsAbsent = true; // One try a query, until it answers: others shall not wait for it.
        }

        return unit.GivenUp is not null;
    }

    /// <summary>Why a unit is given up for this query; null when it is not.</summary>
    public RequestOutcome? GivenUp(byte unitId) => _units[unitId].GivenUp;

    /// <summary>
    /// A query to whose requests nothing came back: whether that is the connection's fault. It is when a unit was heard
    /// on this connection before, or was missed before and nothing came since. Otherwise it may be a silent unit
    /// behind a gateway, and the others, in queries of their own, must have their turn.
    /// </summary>
    public bool IsLinkDead()
    {
        var isDead = false;
        foreach (var unit in _units)
        {
            if (unit.GivenUp is not null)
            {
                isDead |= unit.WasHeard || unit.WasMissed;
                unit.WasMissed = true;
                _hasMissed = true;
            }
        }

        return isDead;
    }

    /// <summary>The units that are given up for this query, in words.</summary>
    public string NameGivenUp() => string.Join(
        ", ", Enumerable.Range(0, _units.Length).Where(id => _units[id].GivenUp is not null));

    private sealed class Unit
    {
        public int FailedCount { get; set; }

        public bool IsAbsent { get; set; }

        public bool WasHeard { get; set; }

        public bool WasMissed { get; set; }

        public RequestOutcome? GivenUp { get; set; }
    }
}
