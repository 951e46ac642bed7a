namespace Meridian.Mqtt.Testing;

/// <content>What the broker refuses in good order, and when it stops to read.</content>
public sealed partial class MqttTestFaults
{
    private readonly Dictionary<string, MqttReasonCode> _refusedSubscriptions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Refusal> _refusedPublications = new(StringComparer.Ordinal);
    private Refusal _connectRefusal = new(MqttReasonCode.Success, null, null);
    private int _connectRefusals;
    private TaskCompletionSource? _reading;
    private string? _readingStoppedFor;

    /// <summary>Answers CONNECT with a refusal.</summary>
    /// <param name="reason">
    /// Why. Before 5.0 CONNACK knows five reasons only; others become "unavailable".
    /// </param>
    /// <param name="count">How many of the next ones.</param>
    /// <param name="reasonString">What it says beside the code, from 5.0 on; or null.</param>
    /// <param name="serverReference">Where the client should go, from 5.0 on; or null. Usual with
    /// <see cref="MqttReasonCode.UseAnotherServer"/> and <see cref="MqttReasonCode.ServerMoved"/>.</param>
    public void RefuseConnects(
        MqttReasonCode reason, int count = int.MaxValue, string? reasonString = null, string? serverReference = null)
    {
        lock (_gate)
        {
            _connectRefusal = new Refusal(reason, reasonString, serverReference);
            _connectRefusals = count;
        }
    }

    /// <summary>Answers SUBSCRIBE for this Topic Filter with a failure from now on.</summary>
    /// <param name="filter">The Topic Filter, exactly as the client writes it.</param>
    /// <param name="reason">Why; before 5.0 always <see cref="MqttReasonCode.UnspecifiedError"/> (0x80).</param>
    public void RefuseSubscription(string filter, MqttReasonCode reason = MqttReasonCode.UnspecifiedError)
    {
        lock (_gate)
        {
            _refusedSubscriptions[filter] = reason;
        }
    }

    /// <summary>
    /// Answers PUBLISH at QoS 1 and 2 to matching topics with a failure from now on, and forwards none of them. Before
    /// 5.0, which knows no such answer, they are acknowledged and thrown away (MQTT 3.1.1 §3.3.5).
    /// </summary>
    /// <param name="filter">The Topic Filter that selects them.</param>
    /// <param name="reason">Why.</param>
    /// <param name="reasonString">What it says beside the code; or null.</param>
    public void RefusePublications(string filter, MqttReasonCode reason, string? reasonString = null)
    {
        lock (_gate)
        {
            _refusedPublications[filter] = new Refusal(reason, reasonString, null);
        }
    }

    /// <summary>
    /// Takes nothing more off the network until <see cref="ResumeReading"/>: what clients send fills their buffers and
    /// then stays with them. The broker still sends, and does not enforce Keep Alive meanwhile.
    /// </summary>
    /// <param name="clientId">One client; null for all, also those that will come.</param>
    public void StopReading(string? clientId = null)
    {
        lock (_gate)
        {
            _reading ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _readingStoppedFor = clientId;
        }
    }

    /// <summary>Ends <see cref="StopReading"/>; nothing was lost.</summary>
    public void ResumeReading()
    {
        lock (_gate)
        {
            _reading?.SetResult();
            _reading = null;
        }
    }

    /// <summary>Ends when this client may be read; has ended when it may now.</summary>
    internal Task WhenReadableAsync(string clientId)
    {
        lock (_gate)
        {
            var isStopped = _reading is not null && (_readingStoppedFor is null
                || string.Equals(_readingStoppedFor, clientId, StringComparison.Ordinal));
            return isStopped ? _reading!.Task : Task.CompletedTask; // It is stopped only when there is one.
        }
    }

    internal bool RefusesConnect(out Refusal refusal)
    {
        lock (_gate)
        {
            refusal = _connectRefusal;
            return _connectRefusals > 0 && _connectRefusals-- > 0;
        }
    }

    internal bool RefusesSubscription(string filter, out MqttReasonCode reason)
    {
        lock (_gate)
        {
            return _refusedSubscriptions.TryGetValue(filter, out reason);
        }
    }

    internal Refusal? RefusesPublication(string topic)
    {
        lock (_gate)
        {
            foreach (var (filter, refusal) in _refusedPublications)
            {
                if (TopicFilter.Matches(filter, topic))
                {
                    return refusal;
                }
            }

            return null;
        }
    }

    private void ClearRefusals()
    {
        _refusedSubscriptions.Clear();
        _refusedPublications.Clear();
        _connectRefusals = 0;
    }

    /// <summary>Why something is refused, and what is said with it.</summary>
    internal sealed record Refusal(MqttReasonCode Reason, string? ReasonString, string? ServerReference);
}
