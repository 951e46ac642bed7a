namespace Meridian.Engine.Tests.Faults;

/// <summary>
/// One life of a gateway, from a start to a kill. The dead say nothing any more: neither a receipt nor a deletion
/// reaches a source after the end.
/// </summary>
internal sealed class Life
{
    private readonly Lock _lock = new();
    private bool _isOver;

    public void End()
    {
        lock (_lock)
        {
            _isOver = true;
        }
    }

    /// <summary>Does something at a source, unless it is over.</summary>
    public bool TryReach(Action deed)
    {
        lock (_lock)
        {
            if (!_isOver)
            {
                deed();
            }

            return !_isOver;
        }
    }

    public void ThrowIfOver()
    {
        if (!TryReach(static () => { }))
        {
            throw new IOException("The gateway was killed.");
        }
    }
}
