namespace Meridian.Connectors.Basic.Intake;

/// <summary>Counts what waits. Any thread.</summary>
/// <param name="maxCount">How many may.</param>
/// <param name="maxBytes">How much they may hold together; one alone may hold more.</param>
internal sealed class PushBound(int maxCount, long maxBytes)
{
    private readonly Lock _lock = new();
    private int _count;
    private long _bytes;

    /// <summary>Counts one more, if there is room.</summary>
    public bool TryEnter(long bytes)
    {
        lock (_lock)
        {
            if (_count >= maxCount || (_count > 0 && _bytes + bytes > maxBytes))
            {
                return false;
            }

            (_count, _bytes) = (_count + 1, _bytes + bytes);
            return true;
        }
    }

    /// <summary>One that entered has its answer.</summary>
    public void Leave(long bytes)
    {
        lock (_lock)
        {
            (_count, _bytes) = (_count - 1, _bytes - bytes);
        }
    }
}
