namespace Meridian.Mqtt.Testing;

/// <content>What a test can see.</content>
public sealed partial class MqttTestBroker
{
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(30);

    /// <summary>How many messages clients have published; a QoS 2 message counts once.</summary>
    public long MessageCount => Look(static state => state.Traffic.MessageCount);

    /// <summary>
    /// How many times a message did not go to a session, or was not retained, because a bound was reached, the broker's
    /// or the client's Maximum Packet Size.
    /// </summary>
    public long DroppedCount => Look(static state => state.Traffic.DroppedCount);

    /// <summary>How many times a message did not go to a session because it expired first.</summary>
    public long ExpiredCount => Look(static state => state.Traffic.ExpiredCount);

    /// <summary>How many CONNECTs were accepted.</summary>
    public long ConnectionCount => Look(static state => state.Traffic.ConnectionCount);

    /// <summary>
    /// The last messages that were published, oldest first: at most
    /// <see cref="MqttTestBrokerOptions.MaxKeptMessages"/>, and about 32 MiB.
    /// </summary>
    public IReadOnlyList<MqttTestMessage> Received => Look(static state => state.Traffic.Messages());

    /// <summary>
    /// The last packets of all clients, both ways, in the order in which the broker took and made them: at most
    /// <see cref="MqttTestBrokerOptions.MaxKeptPackets"/>, and about 32 MiB. Also those that a fault has struck.
    /// </summary>
    public IReadOnlyList<MqttTestPacket> Packets => Look(static state => state.Traffic.Packets());

    /// <summary>The retained messages.</summary>
    public IReadOnlyList<MqttTestMessage> Retained => Look(static state => state.Retained.All());

    /// <summary>The sessions, connected or kept.</summary>
    public IReadOnlyList<MqttTestSession> Sessions => Look(static state => state.DescribeSessions());

    /// <summary>How many packets of a type came from clients, also those that a fault has dropped.</summary>
    /// <param name="type">Which; <see cref="MqttPacketType.Any"/> for all.</param>
    public long CountReceived(MqttPacketType type) => Look(state => state.Traffic.Received(type));

    /// <summary>How many packets of a type were made for clients, also those that a fault has dropped.</summary>
    /// <param name="type">Which; <see cref="MqttPacketType.Any"/> for all.</param>
    public long CountSent(MqttPacketType type) => Look(state => state.Traffic.Sent(type));

    /// <summary>
    /// Waits until something has come true; it is looked at whenever packets have come or a client has gone.
    /// </summary>
    /// <param name="condition">What to wait for, usually about this broker.</param>
    /// <param name="timeout">How long at most, by the system's clock; null for 30 s.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="TimeoutException">It did not come true in time; the message says what had come.</exception>
    public async Task WaitForAsync(
        Func<bool> condition, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(condition);

        // The system's clock also where the broker has another: a test whose clock stands still must end, too.
        var time = TimeProvider.System;
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
                throw new TimeoutException(Describe(limit), error);
            }
        }
    }

    /// <summary>Waits for a packet, or finds one that has come already.</summary>
    /// <param name="condition">Which.</param>
    /// <param name="timeout">How long at most, by the system's clock; null for 30 s.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>The first of <see cref="Packets"/> that it selects.</returns>
    /// <exception cref="TimeoutException">None came in time; the message says what had come.</exception>
    public async Task<MqttTestPacket> WaitForPacketAsync(
        Func<MqttTestPacket, bool> condition,
        TimeSpan? timeout = null,
        CancellationToken cancellationToken = default)
    {
        MqttTestPacket? found = null;
        await WaitForAsync(
            () => (found = Packets.FirstOrDefault(condition)) is not null, timeout, cancellationToken)
            .ConfigureAwait(false);
        return found!; // The condition has found it.
    }

    private string Describe(TimeSpan limit)
    {
        const int LastPackets = 10;
        return $"The condition did not come true within {limit}; {MessageCount} messages were received, "
            + $"{Sessions.Count(static session => session.IsConnected)} clients are connected. The last packets:"
            + string.Concat(Packets.TakeLast(LastPackets).Select(static packet => Environment.NewLine + packet));
    }
}
