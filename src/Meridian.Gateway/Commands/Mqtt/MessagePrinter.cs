using System.Buffers;
using Meridian.Mqtt;

namespace Meridian.Gateway.Commands.Mqtt;

/// <summary>
/// Prints on the client's read loop, once per socket read, and only then acknowledges: what the broker may forget has
/// been written, and nothing behind the last wanted message is taken from it.
/// </summary>
internal sealed class MessagePrinter(MessageFormat format, MessageChoice choice) : IMqttReceiver, IDisposable
{
    private readonly TaskCompletionSource<int> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Stream _output = Console.OpenStandardOutput();
    private readonly ArrayBufferWriter<byte> _gathered = new();
    private readonly List<MqttAcknowledgement> _done = [];
    private long _printed;

    /// <summary>The client that hears the acknowledgements; set before it connects.</summary>
    public MqttClient? Client { get; set; }

    /// <summary>Ends with the exit code when all that was wanted is printed, or the client gave up.</summary>
    public Task<int> Ended => _ended.Task;

    private bool HasAll => choice.Count > 0 && _printed == choice.Count;

    public void Dispose() => _output.Dispose();

    public void OnMessage(in MqttMessage message)
    {
        if (HasAll)
        {
            return; // Not acknowledged: it stays in the session.
        }

        if (choice.Includes(message))
        {
            format.Write(message, TimeProvider.System.GetUtcNow(), _gathered);
            _printed++;
        }

        _done.Add(message.Acknowledgement);
    }

    public void OnBatchEnd()
    {
        try
        {
            _output.Write(_gathered.WrittenSpan);
            _output.Flush();
        }
        catch (IOException failed)
        {
            // Nobody reads any more, as behind 'head': the end, not a fault of the connection.
            _ended.TrySetException(failed);
            return;
        }

        _gathered.ResetWrittenCount();
        foreach (var acknowledgement in _done)
        {
            Client?.Acknowledge(acknowledgement);
        }

        _done.Clear();
        if (HasAll)
        {
            _ended.TrySetResult(ExitCodes.Ok);
        }
    }

    public void OnDisconnected(MqttException? reason, bool willRetry)
    {
        if (reason is not null && willRetry)
        {
            Console.Error.WriteLine($"{reason.Message} Trying again.");
        }
        else if (reason is not null)
        {
            _ended.TrySetException(reason);
        }
    }
}

/// <summary>Which messages are printed, and how many.</summary>
internal sealed record MessageChoice
{
    /// <summary>The end after this many; 0 for none.</summary>
    public long Count { get; init; }

    public bool RetainedOnly { get; init; }

    public bool NoRetained { get; init; }

    /// <summary>Topic Filters whose messages are left out.</summary>
    public IReadOnlyList<string> LeftOut { get; init; } = [];

    public bool Includes(in MqttMessage message)
    {
        if (message.IsRetained ? NoRetained : RetainedOnly)
        {
            return false;
        }

        foreach (var filter in LeftOut)
        {
            if (TopicFilter.Matches(filter, message.Topic))
            {
                return false;
            }
        }

        return true;
    }
}
