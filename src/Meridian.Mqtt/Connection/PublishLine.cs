using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Meridian.Mqtt.Session;
using Meridian.Mqtt.Wire;

namespace Meridian.Mqtt.Connection;

/// <summary>
/// The way of a publication to the socket: it waits in one line, whatever its QoS, until the window and the outbound
/// bytes have room,
/// so that order is kept per caller and a publisher feels the socket.
/// </summary>
/// <remarks>The line has no bound of its own: it is as long as callers leave calls outstanding, each with a copy of its
/// payload. Its owner bounds those.</remarks>
[SuppressMessage(
    "Design",
    "CA1001:Types that own disposable fields should be disposable",
    Justification = "The timer lives only while something that may expire waits, and every wait ends with the client.")]
internal sealed partial class PublishLine(ClientState state)
{
    private readonly OutboundSession _session = new(state.Options.MaxInFlight, state.Identifiers);
    private readonly PublicationList _waiting = new();

    /// <summary>Whether a publication awaits an acknowledgement; a glance without the gate.</summary>
    public bool HasInFlight => _session.Count > 0;

    /// <summary>Both under the gate.</summary>
    public long OldestSentTurn => _session.OldestSentTurn;

    /// <inheritdoc cref="OldestSentTurn"/>
    public long OldestReleasedTurn => _session.OldestReleasedTurn;

    public ValueTask<MqttPublishResult> PublishAsync(in PublishPacket packet, CancellationToken cancellationToken)
    {
        var version = state.Version;
        var bytes = PacketEncoder.PublishBytes(version, packet);
        DemandSize(bytes);
        return packet.Qos == MqttQos.AtMostOnce && TrySendAtOnce(packet, bytes)
            ? new ValueTask<MqttPublishResult>(new MqttPublishResult(MqttReasonCode.Success))
            : EnterAsync(packet, version, (int)bytes, cancellationToken);
    }

    /// <summary>Publishes for a listener in place of one who awaits.</summary>
    public void Publish(in PublishPacket packet, ICallListener listener)
    {
        var version = state.Version;
        var bytes = PacketEncoder.PublishBytes(version, packet);
        DemandSize(bytes);
        if (packet.Qos == MqttQos.AtMostOnce && TrySendAtOnce(packet, bytes))
        {
            listener.OnEnded(failure: null, []);
        }
        else
        {
            Enter(packet, version, (int)bytes, listener);
        }
    }

    /// <summary>Sends what fits now. Under the gate.</summary>
    public void Pump(Link link)
    {
        var output = link.Gathering;
        if (_outside.Count > 0)
        {
            Admit();
        }

        while (output.Count < state.Options.MaxOutboundBytes)
        {
            if (_session.NextToResend is PublishOperation kept)
            {
                if (!_session.HasWindow)
                {
                    return;
                }

                Resend(kept, link);
            }
            else if (_waiting.First is not PublishOperation first)
            {
                return;
            }
            else if (first.IsStoring || (first.Qos != MqttQos.AtMostOnce && !_session.HasWindow))
            {
                return;
            }
            else
            {
                StopWaiting(first);
                SendFirst(first, link);
            }
        }
    }

    /// <summary>Answers came, as many as one read brought.</summary>
    /// <param name="link">The link they came by.</param>
    /// <param name="answers">The answers in the order they came.</param>
    /// <param name="completed">The reader's scratch list; empty before and after.</param>
    public void OnAnswers(Link link, ReadOnlySpan<Answer> answers, PublicationList completed)
    {
        lock (state.Gate)
        {
            if (state.Link != link)
            {
                return;
            }

            foreach (var answer in answers)
            {
                if (_session.OnAcknowledgement(answer.Type, answer.Packet, link.Gathering) is { } publication)
                {
                    completed.Append(publication);
                    state.Figures.OnAcknowledged(publication);
                }
            }

            Pump(link);
        }

        while (completed.First is PublishOperation publication)
        {
            completed.Remove(publication); // First: once it is let go of, it may be the next message.
            End(
                publication,
                publication.Reason >= MqttReasonCode.UnspecifiedError ? Rejected(publication) : null);
        }

        if (_outside.Count > 0)
        {
            OnRoom();
        }

        link.Wake();
    }

    /// <summary>Under the gate.</summary>
    public void OnConnected(Link link, bool isSessionPresent)
    {
        _session.Version = link.Version;
        _session.Aliases = link.Aliases;
        _session.MaxInFlight = link.Limits.MaxInFlight;
        _session.MaxPacketBytes = link.Limits.MaxPacketBytes;
        _session.Steps = state.Ledger;
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
            if ((!mayWait && publication.StoreKey == 0) || publication.Qos == MqttQos.AtMostOnce)
            {
                StopWaiting((PublishOperation)publication);
                End((PublishOperation)publication, reason);
            }

            publication = next;
        }

        if (mayWait || state.Ledger is not null)
        {
            return;
        }

        var failed = new List<Publication>();
        var removed = new List<Publication>();
        _session.FailAll(isSessionKept: state.IsSessionKept, failed, removed);
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
                StopWaiting(operation);
                End(operation, failure);
                Admit();
                return;
            }
        }

        operation.Complete(failure);
    }

    private bool TrySendAtOnce(in PublishPacket packet, long bytes)
    {
        Link? link;
        lock (state.Gate)
        {
            link = state.Link;
            if (link is null || _waiting.Count > 0 || _session.IsResuming
                || link.Gathering.Count >= state.Options.MaxOutboundBytes
                || !link.Limits.Allows(packet.Qos, packet.IsRetained, bytes)
                || packet.Properties?.Expiry <= TimeSpan.Zero)
            {
                return false;
            }

            // Three bytes of alias and a longer length or two must still fit.
            var isKnown = false;
            var alias = link.Aliases?.Choose(packet.Topic, bytes + 5 <= link.Limits.MaxPacketBytes, out isKnown) ?? 0;
            PacketEncoder.WritePublish(
                link.Gathering,
                link.Version,
                alias == 0 ? packet : packet with { TopicAlias = alias, Topic = isKnown ? "" : packet.Topic });
            state.Figures.AddSentMessage();
        }

        link.Wake();
        return true;
    }

    private ValueTask<MqttPublishResult> EnterAsync(
        in PublishPacket packet, MqttProtocolVersion version, int packetBytes, CancellationToken cancellationToken)
    {
        var operation = Enter(packet, version, packetBytes, listener: null);
        if (cancellationToken.CanBeCanceled)
        {
            operation.CancelWith(cancellationToken);
        }

        return operation.Task;
    }

    private PublishOperation Enter(
        in PublishPacket packet, MqttProtocolVersion version, int packetBytes, ICallListener? listener)
    {
        var isStored = state.Ledger is not null && packet.Qos != MqttQos.AtMostOnce;
        var operation = isStored ? new PublishOperation(this) : Rent();
        operation.Prepare(
            packet,
            isStored ? MqttProtocolVersion.V50 : version, // Stored whole: the next connection may speak 5.0.
            isStored ? BytesFor(packet) : packetBytes,
            state.Time);
        operation.Listener = listener;
        Link? link;
        bool isAlone;
        lock (state.Gate)
        {
            link = state.Link;
            if (link is null && !isStored && (!state.IsReturning || packet.Qos == MqttQos.AtMostOnce))
            {
                End(operation, state.WhyNoLink);
                return operation;
            }

            Enter(operation, link);
            isAlone = operation.Stage == PublicationStage.Sent && _session.Count == 1;
        }

        if (isAlone)
        {
            link?.WakeHere(); // One who awaits each publication gains a change of threads per round trip.
        }
        else
        {
            link?.Wake();
        }

        return operation;
    }

    /// <summary>What has just left the line goes out, or ends here. Under the gate.</summary>
    private void SendFirst(PublishOperation first, Link link)
    {
        if (!link.Limits.Allows(first.Qos, first.IsRetained, first.PacketLength))
        {
            End(first, link.Limits.Refusal(first.Qos, first.IsRetained, first.PacketLength));
            return;
        }

        if (first.Deadline is not null)
        {
            var now = Now;
            if (first.IsExpired(now))
            {
                End(first, Expired(first));
                return;
            }

            first.ShortenExpiry(now);
        }

        if (first.Qos == MqttQos.AtMostOnce)
        {
            PublicationWire.Write(first, link.Gathering, link.Version, link.Aliases, link.Limits.MaxPacketBytes);
            state.Figures.AddSentMessage();
            End(first, failure: null);
        }
        else
        {
            _session.Begin(first, link.Gathering);
            state.Figures.OnSent(first);
        }
    }

    /// <summary>What a resume sends again; a server that has come to forbid it never gets it. Under the gate.</summary>
    private void Resend(PublishOperation kept, Link link)
    {
        if (!link.Limits.Allows(kept.Qos, kept.IsRetained, kept.PacketLength))
        {
            _session.Drop(kept);
            End(kept, link.Limits.Refusal(kept.Qos, kept.IsRetained, kept.PacketLength));
            return;
        }

        if (kept.Deadline is not null)
        {
            kept.ShortenExpiry(Now);
        }

        _session.ResendNext(link.Gathering);
        state.Figures.AddResentMessage();
    }

    private void OnRoom()
    {
        lock (state.Gate)
        {
            Admit();
        }
    }

    private void DemandSize(long bytes)
    {
        if (bytes > state.Options.MaxPacketBytes)
        {
            throw new ArgumentException(
                $"The message takes {bytes} bytes as a packet; MaxPacketBytes is {state.Options.MaxPacketBytes}.",
                nameof(bytes));
        }
    }

    private MqttRejectedException Rejected(Publication publication) => new(
        publication.Reason,
        $"The server rejected the message for '{publication.Topic}': {publication.Reason}."
        + state.Words.Quote(publication.Details))
    {
        ReasonString = state.Words.Of(publication.Details),
    };

    private void End(PublishOperation operation, Exception? failure)
    {
        operation.Stage = PublicationStage.Done;
        if (operation.StoreKey != 0 && failure is MqttException reason && operation.IsLeftToStore)
        {
            state.Ledger!.GiveUp(operation.StoreKey, PublicationWire.ToMessage(operation), reason);
        }
        else if (operation.StoreKey != 0)
        {
            state.Ledger!.Done(operation.StoreKey);
        }

        operation.Complete(failure);
        operation.LetGo();
    }
}

/// <summary>PUBACK, PUBREC or PUBCOMP as it came.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Answer(PacketType Type, AcknowledgementPacket Packet);
