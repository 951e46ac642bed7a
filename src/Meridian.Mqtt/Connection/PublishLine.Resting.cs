namespace Meridian.Mqtt.Connection;

/// <content>Operations rest between two messages, so that the steady path allocates nothing.</content>
internal sealed partial class PublishLine
{
    private readonly Stack<PublishOperation> _resting = new();
    private readonly Lock _restingLock = new();

    /// <summary>Takes an operation back that both its owners have let go of.</summary>
    public void Return(PublishOperation operation)
    {
        lock (_restingLock)
        {
            // Twice the window: one is in flight while its predecessor is being awaited.
            if (_resting.Count < 2 * state.Options.MaxInFlight)
            {
                _resting.Push(operation);
            }
        }
    }

    private PublishOperation Rent()
    {
        lock (_restingLock)
        {
            if (_resting.TryPop(out var operation))
            {
                return operation;
            }
        }

        return new PublishOperation(this);
    }
}
