namespace Meridian.Mqtt.Connection;

/// <summary>What becomes of a SUBSCRIBE or UNSUBSCRIBE: a task, or a call of a listener.</summary>
internal sealed class RequestAnswer
{
    private readonly TaskCompletionSource<IReadOnlyList<byte>> _source = new(
        TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Hears it in place of the task; set under the gate, with the request.</summary>
    public ICallListener? Listener { get; set; }

    public Task<IReadOnlyList<byte>> Task => _source.Task;

    public bool TrySetResult(IReadOnlyList<byte> codes)
    {
        if (Listener is null)
        {
            return _source.TrySetResult(codes);
        }

        Listener.OnEnded(failure: null, codes);
        return true;
    }

    /// <param name="failure">What may end other calls too: each gets one of its own.</param>
    public void TrySetException(MqttException failure)
    {
        if (Listener is null)
        {
            _source.TrySetException(failure.Copy());
        }
        else
        {
            Listener.OnEnded(failure.Copy(), []);
        }
    }
}
