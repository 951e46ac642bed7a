using System.Buffers;
using Meridian.Formats.Sparkplug;

namespace Meridian.Connectors.Mqtt.North.Sparkplug;

/// <summary>
/// The host application that an edge node waits for, as one server tells of it; another for each connection, since a
/// host's times are those of each server apart [tck-id-operational-behavior-host-application-multi-server-timestamp].
/// </summary>
/// <remarks>The client's loop takes messages, any thread asks.</remarks>
internal sealed class PrimaryHost(string id)
{
    private readonly TaskCompletionSource _online = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ulong _timestamp;
    private volatile bool _isOnline;
    private volatile bool _hasGone;

    public string Id => id;

    /// <summary>Where its state is told [tck-id-message-flow-edge-node-birth-publish-phid-wait-id].</summary>
    public string Topic { get; } = new SparkplugTopic("", SparkplugMessageType.State, id).ToString();

    /// <summary>
    /// Whether it is there; false until it was heard [tck-id-message-flow-edge-node-birth-publish-phid-wait-online].
    /// </summary>
    public bool IsOnline => _isOnline;

    /// <summary>
    /// Whether it went since births were begun, also where it is back: it lost what was published meanwhile, and
    /// whatever it knew.
    /// </summary>
    public bool HasGone => _hasGone;

    /// <summary>Births begin: what was before them is of no account.</summary>
    public void BeginBirths() => _hasGone = false;

    /// <summary>Ends when it was there for the first time, or nothing more will be heard.</summary>
    public Task WhenOnline => _online.Task;

    /// <summary>The connection ended.</summary>
    public void End() => _online.TrySetResult();

    /// <summary>
    /// Takes what was told. Older than what was told before it is of the past: a Will that was late
    /// [tck-id-message-flow-edge-node-birth-publish-phid-wait-timestamp]
    /// [tck-id-operational-behavior-edge-node-termination-host-offline-timestamp].
    /// </summary>
    /// <returns>Whether it came, or went.</returns>
    public bool Take(in ReadOnlySequence<byte> payload)
    {
        if (!SparkplugState.TryDecode(payload, out var state) || state.TimestampMilliseconds < _timestamp)
        {
            return false;
        }

        _timestamp = state.TimestampMilliseconds;
        if (state.IsOnline == _isOnline)
        {
            return false;
        }

        _isOnline = state.IsOnline;
        if (state.IsOnline)
        {
            _online.TrySetResult();
        }
        else
        {
            _hasGone = true;
        }

        return true;
    }
}
