using System.Buffers;
using System.IO.Pipelines;
using Meridian.Mqtt.Session;
using Meridian.Mqtt.Wire;

namespace Meridian.Mqtt.Connection;

/// <summary>
/// The read loop: parses every packet that one read brought, answers them together, then reads again.
/// </summary>
internal sealed class LinkReader(
    Link link,
    PipeReader input,
    ClientState state,
    IMqttReceiver? receiver,
    PacketDecoder decoder,
    TimeProvider time,
    MqttLog log)
{
    // How many PUBACK, PUBREC and PUBCOMP are taken under the gate at once.
    private const int AnswersPerBatch = 256;
    private const long NotWaiting = long.MinValue;

    private readonly PublicationList _completed = new();
    private readonly AsyncSignal _room = new();
    private readonly InboundRouter _router = new(link, state, receiver, log);
    private readonly IncomingTopicAliases _aliases = new(state.Options.TopicAliasMaximum);
    private readonly ILifeObserver? _observer = receiver as ILifeObserver;
    private bool _isTracing;
    private Answer[]? _answers; // Lent while there are some: an idle link holds none.
    private int _answerCount;
    private long _waitingSince = NotWaiting;
    private volatile bool _mustNotPause;

    /// <inheritdoc cref="Link.WaitingSince"/>
    public long? WaitingSince => Volatile.Read(ref _waitingSince) is var since && since == NotWaiting ? null : since;

    public void OnRoom() => _room.Signal();

    /// <summary>
    /// DISCONNECT was sent: what there is no room for is thrown away from now on. Unacknowledged, it stays with the
    /// server.
    /// </summary>
    public void StopPausing()
    {
        _mustNotPause = true;
        _room.Signal();
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await using var registration = cancellationToken.UnsafeRegister(
            static room => ((AsyncSignal)room!).Signal(), _room)
            .ConfigureAwait(false);
        TellRefusals(); // What CONNACK does not allow.
        while (true)
        {
            if (!input.TryRead(out var read))
            {
                if (state.Publications.HasInFlight)
                {
                    // A server with Nagle's algorithm holds back what it has to say of these until what it said before
                    // is acknowledged, for which an idle receiver's kernel takes 40 ms.
                    link.Transport.AcknowledgePromptly();
                }

                Volatile.Write(ref _waitingSince, time.GetTimestamp());
                read = await input.ReadAsync(cancellationToken).ConfigureAwait(false);
                Volatile.Write(ref _waitingSince, NotWaiting);
            }

            var buffer = read.Buffer;
            while (!ReadPackets(ref buffer))
            {
                if (_mustNotPause)
                {
                    buffer = buffer.Slice(buffer.End);
                    break;
                }

                // The application holds ReceiveMaximum messages. What it was given is a batch, or it might wait for the
                // end of it.
                await _room.WaitAsync().ConfigureAwait(false);
                cancellationToken.ThrowIfCancellationRequested();
            }

            state.Figures.AddReceivedBytes(read.Buffer.Length - buffer.Length);
            input.AdvanceTo(buffer.Start, buffer.End);
            if (read.IsCompleted)
            {
                throw new MqttConnectionLostException("The server closed the connection.");
            }
        }
    }

    /// <summary>Handles all whole packets of the buffer.</summary>
    /// <returns>False when it stopped because the application holds too much; the rest stays in the buffer.</returns>
    private bool ReadPackets(ref ReadOnlySequence<byte> buffer)
    {
        var isGiven = false;
        var hasRoom = true;
        _isTracing = log.IsTracing;
        while (hasRoom)
        {
            var rest = buffer;
            if (!Frame.TryRead(ref rest, state.Options.MaxPacketBytes, out var frame))
            {
                break;
            }

            if (_observer is not null && frame.Type is not (
                PacketType.PubAck or PacketType.PubRec or PacketType.PubComp))
            {
                FlushAnswers(); // It is told of all in their order.
            }

            if (_isTracing)
            {
                log.PacketReceived(frame);
            }

            if (frame.Type == PacketType.Publish)
            {
                hasRoom = TryGive(frame);
                isGiven |= hasRoom;
                if (hasRoom)
                {
                    state.Figures.AddReceivedMessage();
                }
            }
            else
            {
                Handle(frame);
                isGiven |= frame.Type == PacketType.PubRel; // The receiver may have been asked.
            }

            if (hasRoom)
            {
                buffer = rest;
            }
        }

        FlushAnswers();
        if (isGiven)
        {
            link.Wake(); // For the acknowledgements that this batch released.
            _router.OnBatchEnd();
        }

        return hasRoom;
    }

    private bool TryGive(in Frame frame)
    {
        if (_observer is { IsFull: true })
        {
            return false;
        }

        var packet = decoder.ReadPublish(frame, link.Version);
        if (packet.TopicAlias != 0)
        {
            packet = packet with { Topic = _aliases.Resolve(packet.TopicAlias, packet.Topic) };
        }

        return _router.TryTake(packet);
    }

    private void Handle(in Frame frame)
    {
        switch (frame.Type)
        {
            case PacketType.PubAck or PacketType.PubRec or PacketType.PubComp:
                _answers ??= ArrayPool<Answer>.Shared.Rent(AnswersPerBatch);
                _answers[_answerCount++] = new Answer(
                    frame.Type, PacketDecoder.ReadAcknowledgement(frame, link.Version));
                if (_answerCount == AnswersPerBatch)
                {
                    FlushAnswers();
                }

                break;
            case PacketType.PubRel:
                _router.OnPubRel(PacketDecoder.ReadAcknowledgement(frame, link.Version).PacketIdentifier);
                break;
            case PacketType.SubAck:
                state.Requests.OnSubAck(link, PacketDecoder.ReadSubAck(frame, link.Version));
                TellRefusals();
                break;
            case PacketType.UnsubAck:
                state.Requests.OnUnsubAck(link, PacketDecoder.ReadUnsubAck(frame, link.Version));
                break;
            case PacketType.PingResp:
                PacketDecoder.DemandEmpty(frame); // That bytes came is all it says.
                _observer?.OnPing();
                break;
            case PacketType.Disconnect when link.Version >= MqttProtocolVersion.V50:
                FlushAnswers(); // What was acknowledged before is not lost.
                throw Disconnected(PacketDecoder.ReadDisconnect(frame, link.Version));
            case PacketType.Auth when link.Version >= MqttProtocolVersion.V50:
                state.Reauthentication.OnAuth(link, PacketDecoder.ReadAuth(frame));
                break;
            default:
                throw new MqttProtocolException(
                    "MQTT 3.1.1 §2.2.1",
                    MqttReasonCode.ProtocolError,
                    $"A server does not send {frame.Type} on an accepted connection.")
                {
                    Fault = frame.Type switch
                    {
                        PacketType.ConnAck => ProtocolFault.SecondConnAck,
                        PacketType.Auth => ProtocolFault.UnknownPacket, // Reserved before MQTT 5.0.
                        _ => ProtocolFault.ClientsPacket,
                    },
                };
        }
    }

    private void TellRefusals()
    {
        foreach (var refused in state.Requests.TakeRefusals())
        {
            log.RenewalRefused(refused.Filter);
            _observer?.OnRenewalRefused(refused.Filter);
            state.Responses?.OnRefused(refused);
        }
    }

    private MqttException Disconnected(DisconnectPacket packet)
    {
        if (packet.SessionExpirySeconds is not null)
        {
            return new MqttProtocolException(
                "MQTT-3.14.2-2", MqttReasonCode.ProtocolError, "A server's DISCONNECT has a Session Expiry Interval.");
        }

        var words = state.Words.Quote(packet.Details);
        return new MqttConnectionLostException($"The server ended the connection: {packet.ReasonCode}.{words}")
        {
            ReasonCode = packet.ReasonCode,
            ReasonString = state.Words.Of(packet.Details),
            ServerReference = packet.ServerReference,
        };
    }

    private void FlushAnswers()
    {
        if (_answers is { } answers)
        {
            state.Publications.OnAnswers(link, answers.AsSpan(0, _answerCount), _completed);
            answers.AsSpan(0, _answerCount).Clear();
            _answers = null;
            _answerCount = 0;
            ArrayPool<Answer>.Shared.Return(answers);
        }
    }
}
