using System.Runtime.CompilerServices;
using Meridian.Mqtt.Transport;
using Meridian.Mqtt.Wire;

namespace Meridian.Mqtt.Connection;

/// <summary>The write loop: takes all that has gathered and sends it in one call; meanwhile more gathers.</summary>
internal sealed class LinkWriter(
    Link link, ITransport transport, ClientState state, TimeProvider time, MqttLog log)
{
    private readonly AsyncSignal _wake = new();
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private OutboundBuffer _sending = new();
    private DisconnectPacket? _farewell;
    private bool _mustFlush;
    private long _lastSent = time.GetTimestamp();

    public OutboundBuffer Gathering { get; private set; } = new();

    public long LastSent => Volatile.Read(ref _lastSent);

    public void Wake() => _wake.Signal();

    /// <summary>
    /// As <see cref="Wake"/>, but a loop that waits sends on this thread: quicker for one packet, dear for many.
    /// </summary>
    public void WakeHere() => _wake.SignalHere();

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        // A cancelled wait is a signal too: the source itself knows no tokens and allocates nothing.
        await using var registration = cancellationToken.UnsafeRegister(
            static wake => ((AsyncSignal)wake!).Signal(), _wake)
            .ConfigureAwait(false);
        try
        {
            while (true)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var isLast = TakeGathered();
                if (!_sending.Written.IsEmpty)
                {
                    if (_mustFlush)
                    {
                        await state.Ledger!.FlushAsync(cancellationToken).ConfigureAwait(false);
                    }

                    if (log.IsTracing)
                    {
                        log.PacketsSent(_sending.Written);
                    }

                    // Before: a write that hangs is no sign of life.
                    Volatile.Write(ref _lastSent, time.GetTimestamp());
                    await transport.WriteAsync(_sending.Written, cancellationToken).ConfigureAwait(false);
                    state.Figures.AddSentBytes(_sending.Written.Length);
                    if (_wake.IsLent && Gathering.Count > 0)
                    {
                        await GiveThreadBack();
                    }
                }
                else if (!isLast)
                {
                    await _wake.WaitAsync().ConfigureAwait(false);
                }

                if (isLast)
                {
                    return;
                }
            }
        }
        finally
        {
            _closed.TrySetResult();
        }
    }

    /// <summary>Lets the loop end with DISCONNECT behind all that has gathered.</summary>
    public async Task CloseAsync(DisconnectPacket farewell, CancellationToken cancellationToken)
    {
        Volatile.Write(ref _farewell, farewell);
        Wake();
        await _closed.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>More has gathered than what the caller whose thread this is had to send.</summary>
    private ConfiguredTaskAwaitable GiveThreadBack()
    {
        _wake.IsLent = false;
        return Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
    }

    /// <summary>Changes the two buffers and lets waiting publications into the empty one.</summary>
    /// <returns>True when DISCONNECT is the last thing in what was taken.</returns>
    private bool TakeGathered()
    {
        _sending.Clear();
        var isLast = false;
        bool hadInbound;
        lock (state.Gate)
        {
            lock (state.InboundGate)
            {
                hadInbound = state.Inbound.HasReleasable && state.Link == link;
                if (hadInbound)
                {
                    state.Inbound.Release(Gathering);
                }
            }

            if (Volatile.Read(ref _farewell) is { } farewell)
            {
                PacketEncoder.WriteDisconnect(
                    Gathering, link.Version, farewell.Within(link.Version, link.Limits.MaxPacketBytes));
                isLast = true;
            }

            (_sending, Gathering) = (Gathering, _sending);
            _mustFlush = state.Ledger?.TakeFlushDue() ?? false;
            if (!isLast && state.Link == link)
            {
                state.Publications.Pump(link);
            }
        }

        if (hadInbound)
        {
            link.OnInboundRoom();
        }

        return isLast;
    }
}
