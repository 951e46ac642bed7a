using System.Buffers;
using System.Runtime.InteropServices;
using Meridian.Mqtt.Session;
using Meridian.Mqtt.Wire;

namespace Meridian.Mqtt.Connection;

/// <summary>
/// The way of a publication to the socket: it waits in one line, whatever its QoS, until the window and the outbound
/// bytes have room,
/// so that order is kept per caller and a publisher feels the socket.
/// </summary>
internal sealed class PublishLine(ClientState state)
{
    private readonly OutboundSession _session = new(state.Options.MaxInFlight, state.Identifiers);
    private readonly PublicationList _waiting = new();
    private readonly Stack<PublishOperation> _resting = new();
    private readonly Lock _restingLock = new();

    /// <summary>Both under the gate.</summary>
    public long OldestSentTurn => _session.OldestSentTurn;

    /// <inheritdoc cref="OldestSentTurn"/>
    public long OldestReleasedTurn => _session.OldestReleasedTurn;

    public ValueTask<MqttPublishResult> PublishAsync(in PublishPacket packet, CancellationToken cancellationToken)
    {
        var bytes = PacketEncoder.PublishBytes(state.Options.Version, packet);
        if (bytes > state.Options.MaxPacketBytes)
        {
            throw new ArgumentException(
                $"The message takes {bytes} bytes as a packet; MaxPacketBytes is {state.Options.MaxPacketBytes}.",
                nameof(packet));
        }

        return packet.Qos == MqttQos.AtMostOnce && TrySendAtOnce(packet)
            ? new ValueTask<MqttPublishResult>(new MqttPublishResult(MqttReasonCode.Success))
            : EnterAsync(packet, (int)bytes, cancellationToken);
    }

    /// <summary>Sends what fits now. Under the gate.</summary>
    public void Pump(Link link)
    {
        var output = link.Gathering;
        while (output.Count < state.Options.MaxOutboundBytes)
        {
            if (_session.IsResuming)
            {
                _session.ResendNext(output);
            }
            else if (_waiting.First is not PublishOperation first)
            {
                return;
            }
            else if (first.Qos == MqttQos.AtMostOnce)
            {
                _waiting.Remove(first);
                output.Write(first.Bytes);
                End(first, failure: null);
            }
            else if (_session.HasWindow)
            {
                _waiting.Remove(first);
                _session.Begin(first, output);
            }
            else
            {
                return;
            }
        }
    }

    /// <summary>Answers came, as many as one read brought.</summary>
    /// <param name="link">The link they came by.</param>
    /// <param name="answers">The answers in the order they came.</param>
    /// <param name="completed">The reader's scratch list; empty before and after.</param>
    public void OnAnswers(Link link, ReadOnlySpan<Answer> answers, List<Publication> completed)
    {
        lock (state.Gate)
        {
            if (state.Link != link)
            {
                return;
            }

            foreach (var answer in answers)
            {
                if (_session.OnAcknowledgement(
                    answer.Type, answer.Packet.PacketIdentifier, link.Gathering) is { } publication)
                {
                    completed.Add(publication);
                }
            }

            Pump(link);
        }

        foreach (var publication in completed)
        {
            End((PublishOperation)publication, failure: null);
        }

        completed.Clear();
        link.Wake();
    }

    /// <summary>Under the gate.</summary>
    public void OnConnected(Link link, bool isSessionPresent)
    {
        _session.Version = link.Version;
        if (isSessionPresent)
        {
            _session.BeginResume(link.Gathering);
        }
        else
        {
            var lost = new List<Publication>();
            _session.BeginAnew(lost);
            foreach (var publication in lost)
            {
                End((PublishOperation)publication, new MqttConnectionLostException(
                    "The server lost the session while this message at QoS 2 was on its way; its fate is unknown."));
            }
        }

        Pump(link);
    }

    /// <summary>Under the gate.</summary>
    public void OnDisconnected(MqttException reason, bool mayWait)
    {
        for (var publication = _waiting.First; publication is not null;)
        {
            var next = publication.Next;
            if (!mayWait || publication.Qos == MqttQos.AtMostOnce)
            {
                _waiting.Remove(publication);
                End((PublishOperation)publication, reason);
            }

            publication = next;
        }

        if (mayWait)
        {
            return;
        }

        var failed = new List<Publication>();
        var removed = new List<Publication>();
        _session.FailAll(isSessionKept: !state.Options.CleanSession, failed, removed);
        failed.ForEach(publication => ((PublishOperation)publication).Complete(reason));
        removed.ForEach(publication => End((PublishOperation)publication, reason));
    }

    /// <summary>
    /// The caller's token was cancelled: what still waits is never sent, what is sent stays with the session.
    /// </summary>
    public void Cancel(PublishOperation operation)
    {
        var failure = new OperationCanceledException(operation.CancellationToken);
        lock (state.Gate)
        {
            if (operation.Stage == PublicationStage.Waiting)
            {
                _waiting.Remove(operation);
                End(operation, failure);
                return;
            }
        }

        operation.Complete(failure);
    }

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

    private bool TrySendAtOnce(in PublishPacket packet)
    {
        Link? link;
        lock (state.Gate)
        {
            link = state.Link;
            if (link is null || _waiting.Count > 0 || _session.IsResuming
                || link.Gathering.Count >= state.Options.MaxOutboundBytes)
            {
                return false;
            }

            PacketEncoder.WritePublish(link.Gathering, link.Version, packet);
        }

        link.Wake();
        return true;
    }

    private ValueTask<MqttPublishResult> EnterAsync(
        in PublishPacket packet, int packetBytes, CancellationToken cancellationToken)
    {
        var operation = Rent();
        operation.Prepare(packet, state.Options.Version, packetBytes);
        var task = operation.Task;
        Link? link;
        lock (state.Gate)
        {
            link = state.Link;
            if (link is null && (!state.IsReturning || packet.Qos == MqttQos.AtMostOnce))
            {
                End(operation, state.WhyNoLink);
                return task;
            }

            _waiting.Append(operation);
            if (link is not null)
            {
                Pump(link);
            }
        }

        link?.Wake();
        if (cancellationToken.CanBeCanceled)
        {
            operation.CancelWith(cancellationToken);
        }

        return task;
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

    private static void End(PublishOperation operation, Exception? failure)
    {
        operation.Stage = PublicationStage.Done;
        operation.Complete(failure);
        operation.LetGo();
    }
}

/// <summary>PUBACK, PUBREC or PUBCOMP as it came.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Answer(PacketType Type, AcknowledgementPacket Packet);
