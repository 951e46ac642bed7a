using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using Meridian.Connectors.Mqtt.Connection;
using Meridian.Formats.Sparkplug;
using Meridian.Formats.Sparkplug.Values;
using Meridian.Mqtt;
using Meridian.Sdk.South;
using Microsoft.Extensions.Logging;

namespace Meridian.Connectors.Mqtt.South.Sparkplug;

/// <summary>
/// Tells edge nodes whether this host application is there: STATE, retained, at QoS 1 (Sparkplug 3.0 §5.1, §5.13). It
/// is told on the connection that brings the data, so that the one cannot stand without the other.
/// </summary>
/// <remarks>
/// <code>
///  CONNECT with the Will "offline, T" ─► subscriptions ─► "online, T" ─┬─► "offline, now" ─► DISCONNECT
///                                                           ▲          │
///                                                           └──────────┘ somebody says "offline" for this host
/// </code>
/// T is the time of CONNECT, anew with each [tck-id-host-topic-phid-death-payload-timestamp-connect]
/// [tck-id-host-topic-phid-birth-payload-timestamp]. The client's loop calls <see cref="BeginConnection"/> and <see
/// cref="TryTake"/>, the owner the rest, one call after the other.
/// </remarks>
[SuppressMessage(
    "Design",
    "CA1001:Types that own disposable fields should be disposable",
    Justification = "CloseAsync disposes them.")]
internal sealed partial class HostPresence
{
    /// <summary>How long a farewell waits for the broker; then the Will speaks.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>When it is told again where the broker refused for now.</summary>
    private static readonly TimeSpan AgainAfter = TimeSpan.FromSeconds(5);

    private readonly MqttSouthSettings _settings;
    private readonly ISouthContext _context;
    private readonly ILogger _logger;

    // Full means "it is to be told": once is as good as often.
    private readonly Channel<bool> _wishes = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    private long _timestamp; // Of the last CONNECT, written before anything of its connection; read by any thread.
    private volatile bool _isOpen;
    private volatile TaskCompletionSource _told = NewSource();
    private CancellationTokenSource? _stop;
    private Task _telling = Task.CompletedTask;

    public HostPresence(string hostId, MqttSouthSettings settings, ISouthContext context, ILogger logger)
    {
        _settings = settings;
        _context = context;
        _logger = logger;
        Topic = new SparkplugTopic("", SparkplugMessageType.State, hostId).ToString();
        Will = new MqttWill
        {
            Topic = Topic, // [tck-id-operational-behavior-host-application-connect-will-topic]
            PayloadForConnect = MakeDeath,
            Qos = MqttQos.AtLeastOnce, // [tck-id-operational-behavior-host-application-connect-will-qos]
            IsRetained = true, // [tck-id-operational-behavior-host-application-connect-will-retained]
        };
    }

    /// <summary>Where it is told [tck-id-host-topic-phid-birth-topic].</summary>
    public string Topic { get; }

    /// <summary>What the broker tells when the connection is lost [tck-id-host-topic-phid-death-required].</summary>
    public MqttWill Will { get; }

    /// <summary>
    /// Ends when it was told on the connection that stands then, or could not be: nothing is published before it
    /// [tck-id-host-topic-phid-birth-message].
    /// </summary>
    public async Task WhenToldAsync(CancellationToken cancellationToken)
    {
        for (TaskCompletionSource? told = null; told != _told;)
        {
            told = _told;
            await told.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Begins to tell what is to be told over a client.</summary>
    public void Start(MqttClient client)
    {
        _stop = new CancellationTokenSource();
        _telling = TellAllAsync(client, _stop.Token);
    }

    /// <summary>
    /// The subscriptions stand: it is told now, and again on each connection
    /// [tck-id-message-flow-phid-sparkplug-subscription].
    /// </summary>
    public void Open()
    {
        if (!_isOpen)
        {
            _isOpen = true;
            Wish();
        }
    }

    /// <summary>A connection stands; whatever is to be subscribed on it anew was asked for before.</summary>
    public void BeginConnection()
    {
        var before = _told;
        _told = NewSource();
        before.TrySetResult(); // Who waits for it waits for the new one.
        if (_isOpen)
        {
            Wish();
        }
    }

    /// <summary>
    /// Takes a message of this host's topic. One that says that the host is not there is contradicted at once
    /// [tck-id-message-flow-hid-sparkplug-state-message-delivered]: it is the Will of a connection that was replaced,
    /// or of another host with the same id.
    /// </summary>
    /// <returns>Whether it is one.</returns>
    public bool TryTake(in MqttMessage message)
    {
        if (!string.Equals(message.Topic, Topic, StringComparison.Ordinal))
        {
            return false;
        }

        if (_isOpen && SparkplugState.TryDecode(message.Payload, out var state) && !state.IsOnline)
        {
            Wish();
        }

        return true;
    }

    /// <summary>
    /// Tells that the host goes [tck-id-host-topic-phid-death-payload-timestamp-disconnect-clean].
    /// </summary>
    /// <returns>
    /// False when the broker may not have heard it: the connection is then to be ended without DISCONNECT, which would
    /// discard the Will.
    /// </returns>
    public async Task<bool> CloseAsync(MqttClient client, CancellationToken cancellationToken)
    {
        if (_stop is not { } stop)
        {
            return true;
        }

        _stop = null;
        await stop.CancelAsync().ConfigureAwait(false);
        await _telling.ConfigureAwait(false);
        stop.Dispose();
        var wasOpen = _isOpen;
        _isOpen = false;
        if (!wasOpen || !client.IsConnected)
        {
            return true; // Nothing was told, or the Will was.
        }

        try
        {
            await PublishAsync(client, isOnline: false, Now(), cancellationToken)
                .WaitAsync(Patience, _context.Time, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (Exception error) when (error is MqttException or TimeoutException
            || (error is OperationCanceledException && cancellationToken.IsCancellationRequested))
        {
            var reason = error is MqttException said ? ConnectionWords.SentencesOf(said, _settings) : error.Message;
            LogNotTold(_context.Name, "offline", Topic, reason);
            return false;
        }
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Wish() => _ = _wishes.Writer.TryWrite(true);

    /// <summary>Never earlier than before, where the clock was set back: edge nodes pass over what is older.</summary>
    private long Now() => Math.Max(
        Interlocked.Read(ref _timestamp), (long)SparkplugTime.ToMilliseconds(_context.Time.GetUtcNow()));

    private ReadOnlyMemory<byte> MakeDeath()
    {
        var now = Now();
        Interlocked.Exchange(ref _timestamp, now);
        return new SparkplugState(IsOnline: false, (ulong)now).Encode();
    }

    private async Task TellAllAsync(MqttClient client, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var _ in _wishes.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                await TellAsync(client, _told, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return; // Asked to end.
        }
    }

    private async Task TellAsync(MqttClient client, TaskCompletionSource told, CancellationToken cancellationToken)
    {
        try
        {
            await PublishAsync(client, isOnline: true, Interlocked.Read(ref _timestamp), cancellationToken)
                .ConfigureAwait(false);
            LogTold(_context.Name, Topic);
            told.TrySetResult();
        }
        catch (MqttRejectedException error)
        {
            told.TrySetResult(); // The rest has to go on.
            LogNotTold(_context.Name, "online", Topic, ConnectionWords.SentencesOf(error, _settings));
            if (error.IsTransient)
            {
                await Task.Delay(AgainAfter, _context.Time, cancellationToken).ConfigureAwait(false);
                Wish();
            }
        }
        catch (MqttException error)
        {
            // The next connection tells it.
            LogLost(_context.Name, Topic, ConnectionWords.SentencesOf(error, _settings));
        }
    }

    private Task<MqttPublishResult> PublishAsync(
        MqttClient client, bool isOnline, long timestamp, CancellationToken cancellationToken) => client
        .PublishAsync(
            Topic,
            new SparkplugState(isOnline, (ulong)timestamp).Encode(),
            MqttQos.AtLeastOnce, // [tck-id-host-topic-phid-birth-qos]
            isRetained: true, // [tck-id-host-topic-phid-birth-retain]
            cancellationToken)
        .AsTask();

    [LoggerMessage(
        EventIds.StateTold, LogLevel.Debug, "South '{South}' told edge nodes on '{Topic}' that it is there.")]
    private partial void LogTold(string south, string topic);

    [LoggerMessage(
        EventIds.StateLost,
        LogLevel.Debug,
        "South '{South}' could not tell on '{Topic}' that it is there; the next connection tells it: {Reason}")]
    private partial void LogLost(string south, string topic, string reason);

    [LoggerMessage(
        EventIds.StateNotTold,
        LogLevel.Warning,
        "South '{South}' could not tell edge nodes that it is {State} on '{Topic}': {Reason}")]
    private partial void LogNotTold(string south, string state, string topic, string reason);
}
