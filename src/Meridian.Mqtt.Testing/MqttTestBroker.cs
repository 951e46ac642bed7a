using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using Meridian.Mqtt.Testing.Connections;
using Meridian.Mqtt.Testing.Sessions;

namespace Meridian.Mqtt.Testing;

/// <summary>
/// A real MQTT 3.1.1 broker on 127.0.0.1 within this process, for tests and demonstrations: sessions, retained
/// messages, Wills, QoS 0, 1 and 2, and faults on demand. It keeps everything in memory, within
/// <see cref="MqttTestBrokerOptions"/>' bounds. Any thread may call any member.
/// </summary>
/// <example>
/// <code>
/// await using var broker = await MqttTestBroker.StartAsync();
/// // … let the code under test publish to 127.0.0.1, port broker.Port …
/// await broker.WaitForAsync(() => broker.MessageCount == 3);
/// </code>
/// </example>
public sealed class MqttTestBroker : IAsyncDisposable
{
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(30);

    private readonly BrokerState _state;
    [SuppressMessage(
        "Usage", "CA2213:Disposable fields should be disposed", Justification = "SuspendAsync disposes it.")]
    private Listener? _listener;

    private MqttTestBroker(MqttTestBrokerOptions options)
    {
        Faults = new MqttTestFaults(clientId => _state!.CutConnections(clientId)); // Set before anybody has the faults.
        _state = new BrokerState(options, Faults);
        _listener = new Listener(options.Port, _state);
        Port = _listener.Port;
    }

    /// <summary>The address that it listens on: 127.0.0.1.</summary>
    public string Host { get; } = IPAddress.Loopback.ToString();

    /// <summary>The TCP port that it listens on.</summary>
    public int Port { get; }

    /// <summary>What shall go wrong.</summary>
    public MqttTestFaults Faults { get; }

    /// <summary>How many messages clients have published; a QoS 2 message counts once.</summary>
    public long MessageCount => Look(static state => state.Traffic.MessageCount);

    /// <summary>
    /// How many times a message did not go to a session, or was not retained, because a bound was reached.
    /// </summary>
    public long DroppedCount => Look(static state => state.Traffic.DroppedCount);

    /// <summary>
    /// The last messages that were published, oldest first: at most
    /// <see cref="MqttTestBrokerOptions.MaxKeptMessages"/>, and about 32 MiB.
    /// </summary>
    public IReadOnlyList<MqttTestMessage> Received => Look(static state => state.Traffic.Kept());

    /// <summary>The retained messages.</summary>
    public IReadOnlyList<MqttTestMessage> Retained => Look(static state => state.Retained());

    /// <summary>The sessions, connected or kept.</summary>
    public IReadOnlyList<MqttTestSession> Sessions => Look(static state => state.DescribeSessions());

    /// <summary>Starts a broker; it listens when this ends.</summary>
    /// <param name="options">Its options; null for the defaults.</param>
    /// <param name="cancellationToken">Cancels the start; nothing listens then.</param>
    /// <exception cref="SocketException">The port is taken.</exception>
    public static Task<MqttTestBroker> StartAsync(
        MqttTestBrokerOptions? options = null, CancellationToken cancellationToken = default)
    {
        // A task from the beginning: other listeners than TCP cannot start without waiting.
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(new MqttTestBroker(options ?? new MqttTestBrokerOptions()));
    }

    /// <summary>How many packets of a type came from clients, also those that a fault has dropped.</summary>
    /// <param name="type">Which; <see cref="MqttPacketType.Any"/> for all.</param>
    public long CountReceived(MqttPacketType type) => Look(state => state.Traffic.Received(type));

    /// <summary>How many packets of a type were made for clients, also those that a fault has dropped.</summary>
    /// <param name="type">Which; <see cref="MqttPacketType.Any"/> for all.</param>
    public long CountSent(MqttPacketType type) => Look(state => state.Traffic.Sent(type));

    /// <summary>Publishes a message as the broker itself.</summary>
    /// <param name="topic">The Topic Name.</param>
    /// <param name="payload">The payload; not copied, do not write to it again.</param>
    /// <param name="qos">The QoS.</param>
    /// <param name="isRetained">Whether to retain it.</param>
    /// <exception cref="ArgumentException">The topic is not valid.</exception>
    public void Publish(
        string topic, ReadOnlyMemory<byte> payload, MqttQos qos = MqttQos.AtMostOnce, bool isRetained = false)
    {
        if (!TopicName.IsValid(topic, out var problem))
        {
            throw new ArgumentException(problem, nameof(topic));
        }

        lock (_state.Gate)
        {
            _state.Publish(new MqttTestMessage("", topic, payload, qos, isRetained, IsDuplicate: false));
            _state.Traffic.Changed();
        }
    }

    /// <summary>
    /// Waits until something has come true; it is looked at whenever packets have come or a client has gone.
    /// </summary>
    /// <param name="condition">What to wait for, usually about this broker.</param>
    /// <param name="timeout">How long at most; null for 30 s.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="TimeoutException">It did not come true in time; the message says what had come.</exception>
    public async Task WaitForAsync(
        Func<bool> condition, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(condition);
        var time = _state.Options.Time;
        var started = time.GetTimestamp();
        var limit = timeout ?? DefaultTimeout;
        while (true)
        {
            var change = Look(static state => state.Traffic.NextChangeAsync());
            if (condition())
            {
                return;
            }

            var left = limit - time.GetElapsedTime(started);
            try
            {
                await change.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, time, cancellationToken)
                    .ConfigureAwait(false);
            }
            catch (TimeoutException error)
            {
                throw new TimeoutException(
                    $"The condition did not come true within {limit}; {MessageCount} messages were received, "
                    + $"{Sessions.Count(static session => session.IsConnected)} clients are connected.",
                    error);
            }
        }
    }

    /// <summary>Stops listening and ends all connections, as a broker that is shut down; sessions are kept.</summary>
    /// <remarks>Does nothing when it is suspended already.</remarks>
    public async Task SuspendAsync()
    {
        var listener = Interlocked.Exchange(ref _listener, null);
        if (listener is not null)
        {
            await listener.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Listens again on the same port after <see cref="SuspendAsync"/>, with the sessions that were kept.
    /// </summary>
    /// <exception cref="InvalidOperationException">The broker is not suspended.</exception>
    /// <exception cref="SocketException">The port was taken meanwhile.</exception>
    public void Resume()
    {
        if (_listener is not null)
        {
            throw new InvalidOperationException("The broker listens already; Resume follows SuspendAsync.");
        }

        _listener = new Listener(Port, _state);
    }

    /// <summary>Stops listening, ends all connections and forgets everything.</summary>
    public async ValueTask DisposeAsync() => await SuspendAsync().ConfigureAwait(false);

    private T Look<T>(Func<BrokerState, T> look)
    {
        lock (_state.Gate)
        {
            return look(_state);
        }
    }
}
