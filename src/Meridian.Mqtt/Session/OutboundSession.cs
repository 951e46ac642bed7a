using System.Buffers;
using Meridian.Mqtt.Wire;

namespace Meridian.Mqtt.Session;

/// <summary>
/// The sending half of the Session State (MQTT 3.1.1 §4.1): publications at QoS 1 and 2 from PUBLISH to PUBACK or
/// PUBCOMP, in send order.
/// Nothing is sent twice on one connection; after a reconnect everything unacknowledged is, in order.
/// </summary>
/// <remarks>Pure: no socket, task, clock or lock. The owner calls it from one thread at a time.
/// <code>
///  Begin ──► Sent ──PUBACK──► done            (QoS 1)
///  Begin ──► Sent ──PUBREC──► Released ──PUBCOMP──► done   (QoS 2)
/// </code></remarks>
internal sealed class OutboundSession(int maxInFlight, PacketIdentifiers identifiers)
{
    private readonly PublicationList _sent = new();
    private readonly PublicationList _released = new();
    private Publication?[] _byIdentifier = [];
    private Publication? _toResend;
    private long _turn;
    private long _resumeTurn;
    private int _toResendCount;

    /// <summary>What the living connection speaks.</summary>
    public MqttProtocolVersion Version { get; set; } = MqttProtocolVersion.V311;

    /// <summary>The living connection's aliases, or null.</summary>
    public OutgoingTopicAliases? Aliases { get; set; }

    /// <summary>The largest packet that the living connection takes.</summary>
    public long MaxPacketBytes { get; set; } = long.MaxValue;

    /// <summary>How many may be unacknowledged on the living connection.</summary>
    public int MaxInFlight { get; set; } = maxInFlight;

    /// <summary>Hears what a restart must know; null without a session store.</summary>
    public ISessionSteps? Steps { get; set; }

    public int Count => _sent.Count + _released.Count;

    /// <summary>False while the window is full. What a resume has not sent yet does not count: the send quota begins
    /// anew with each connection [MQTT-4.9.0-1].</summary>
    public bool HasWindow => Count - _toResendCount < MaxInFlight
        && (IsResuming || identifiers.InUse < identifiers.Max);

    /// <summary>
    /// True until all that a lost connection left has been sent again; new publications wait for that [MQTT-4.6.0-1].
    /// </summary>
    public bool IsResuming => _toResend is not null;

    /// <summary>What <see cref="ResendNext"/> will send; null when the resume is over.</summary>
    public Publication? NextToResend => _toResend;

    /// <summary>The oldest sending that awaits PUBACK or PUBREC, 0 for none.</summary>
    public long OldestSentTurn => _sent.First is { } first && first != _toResend ? first.Turn : 0;

    /// <summary>The oldest PUBREL that awaits PUBCOMP, 0 for none.</summary>
    public long OldestReleasedTurn => _released.First?.Turn ?? 0;

    /// <summary>
    /// Takes a publication at QoS 1 or 2 into the window and sends it. Only with <see cref="HasWindow"/>.
    /// </summary>
    public void Begin(Publication publication, IBufferWriter<byte> output)
    {
        if (!identifiers.TryRent(out var identifier))
        {
            throw new InvalidOperationException("No Packet Identifier is free.");
        }

        publication.SetIdentifier(identifier);
        publication.SetDuplicate(false); // [MQTT-3.3.1-1] is for what was sent before only.
        EnsureTable(identifier);
        _byIdentifier[identifier] = publication;
        _sent.Append(publication);
        Steps?.Assigned(publication);
        Send(publication, output);
    }

    /// <summary>Takes back what a store kept, in its order, before the first connection.</summary>
    public void Restore(Publication publication, ushort identifier, bool isReleased)
    {
        identifiers.Take(identifier);
        publication.SetIdentifier(identifier);
        EnsureTable(identifier);
        _byIdentifier[identifier] = publication;
        publication.Stage = isReleased ? PublicationStage.Released : PublicationStage.Sent;
        (isReleased ? _released : _sent).Append(publication);
    }

    public void ForEach(Action<Publication> act)
    {
        foreach (var list in new[] { _sent, _released })
        {
            for (var publication = list.First; publication is not null; publication = publication.Next)
            {
                act(publication);
            }
        }
    }

    /// <summary>PUBACK, PUBREC or PUBCOMP came.</summary>
    /// <returns>The publication that is now complete, or null when more is due or the identifier means nothing
    /// here.</returns>
    /// <remarks>
    /// An answer to an unknown identifier is no fault: a server may repeat itself, and a caller may have given up.
    /// </remarks>
    public Publication? OnAcknowledgement(PacketType type, AcknowledgementPacket packet, IBufferWriter<byte> output)
    {
        var identifier = packet.PacketIdentifier;
        var publication = identifier < _byIdentifier.Length ? _byIdentifier[identifier] : null;
        switch (type)
        {
            case PacketType.PubAck when publication is not null:
                Demand(publication.Qos == MqttQos.AtLeastOnce, type, identifier);
                publication.SetOutcome(packet.ReasonCode, packet.Details);
                Remove(publication);
                return publication;
            case PacketType.PubRec:
                Demand(publication is null or { Qos: MqttQos.ExactlyOnce }, type, identifier);
                if (packet.ReasonCode >= MqttReasonCode.UnspecifiedError)
                {
                    return Reject(publication, packet); // The flow ends here, without PUBREL (MQTT 5.0 §4.3.3).
                }

                if (publication is { Stage: PublicationStage.Sent })
                {
                    publication.SetOutcome(packet.ReasonCode, packet.Details);
                    Release(publication);
                }

                // Also for an unknown identifier, so that the server can let go of it (§4.3.3).
                PacketEncoder.WriteAcknowledgement(
                    output, Version, PacketType.PubRel, new AcknowledgementPacket(
                        identifier,
                        publication is null ? MqttReasonCode.PacketIdentifierNotFound : MqttReasonCode.Success));
                return null;
            case PacketType.PubComp when publication is not null:
                Demand(publication.Stage == PublicationStage.Released, type, identifier);
                Remove(publication);
                return publication;
            default:
                return null;
        }
    }

    /// <summary>
    /// A new connection has the old session: PUBREL first, in the order of PUBREC [MQTT-4.6.0-4], then PUBLISH in send
    /// order.
    /// </summary>
    public void BeginResume(IBufferWriter<byte> output)
    {
        for (var publication = _released.First; publication is not null; publication = publication.Next)
        {
            publication.Turn = ++_turn;
            PacketEncoder.WriteAcknowledgement(
                output, Version, PacketType.PubRel, new AcknowledgementPacket(publication.PacketIdentifier));
        }

        BeginResend();
        for (var publication = _sent.First; publication is not null; publication = publication.Next)
        {
            publication.SetDuplicate(true); // [MQTT-3.3.1-1]
        }
    }

    /// <summary>A new connection has no session: what was at QoS 1 is sent as new; what was at QoS 2 is given up, since
    /// sending it
    /// again might deliver it twice.</summary>
    /// <param name="lost">Receives what was given up.</param>
    public void BeginAnew(ICollection<Publication> lost)
    {
        RemoveAll(_released, lost, static _ => true);
        RemoveAll(_sent, lost, static publication => publication.Qos == MqttQos.ExactlyOnce);
        BeginResend();
        for (var publication = _sent.First; publication is not null; publication = publication.Next)
        {
            publication.SetDuplicate(false);
        }
    }

    /// <summary>
    /// Sends the next publication of a resume; call until <see cref="IsResuming"/> is false, as there is room.
    /// </summary>
    public void ResendNext(IBufferWriter<byte> output)
    {
        if (_toResend is { } publication)
        {
            _toResend = publication.Next;
            _toResendCount--;
            Send(publication, output);
        }
    }

    /// <summary>Gives up what a resume cannot send, because the server has come to forbid it.</summary>
    public void Drop(Publication publication) => Remove(publication);

    /// <summary>The caller wants to hear at once and resends by itself. At QoS 1 nothing is kept. At QoS 2, where the
    /// server may keep the
    /// session, the identifier stays taken until PUBREL and PUBCOMP have cleared it there: a new message under it would
    /// pass for a repeat.</summary>
    /// <param name="isSessionKept">Whether the server may know this session again.</param>
    /// <param name="failed">Receives every publication whose caller must hear.</param>
    /// <param name="removed">Receives those of them that the session has let go.</param>
    public void FailAll(bool isSessionKept, ICollection<Publication> failed, ICollection<Publication> removed)
    {
        for (var publication = _sent.First; publication is not null;)
        {
            var next = publication.Next;
            failed.Add(publication);
            if (isSessionKept && publication.Qos == MqttQos.ExactlyOnce)
            {
                Release(publication);
            }

            publication = next;
        }

        RemoveAll(_sent, removed, static _ => true);
        for (var publication = _released.First; publication is not null; publication = publication.Next)
        {
            failed.Add(publication);
        }

        if (!isSessionKept)
        {
            RemoveAll(_released, removed, static _ => true);
        }

        _toResend = null;
        _toResendCount = 0;
    }

    private void BeginResend()
    {
        _toResend = _sent.First;
        _toResendCount = _sent.Count;
        _resumeTurn = _turn;
    }

    private void Send(Publication publication, IBufferWriter<byte> output)
    {
        publication.Stage = PublicationStage.Sent;
        publication.Turn = ++_turn;
        PublicationWire.Write(publication, output, Version, Aliases, MaxPacketBytes);
    }

    private Publication? Reject(Publication? publication, AcknowledgementPacket packet)
    {
        if (publication is not null)
        {
            publication.SetOutcome(packet.ReasonCode, packet.Details);
            Remove(publication);
        }

        return publication;
    }

    private void Release(Publication publication)
    {
        SkipInResume(publication);
        _sent.Remove(publication);
        publication.Stage = PublicationStage.Released;
        publication.Turn = ++_turn;
        _released.Append(publication);
        Steps?.Released(publication);
    }

    private void Remove(Publication publication)
    {
        SkipInResume(publication);
        (publication.Stage == PublicationStage.Released ? _released : _sent).Remove(publication);
        _byIdentifier[publication.PacketIdentifier] = null;
        identifiers.Return(publication.PacketIdentifier);
    }

    private void RemoveAll(PublicationList list, ICollection<Publication> removed, Predicate<Publication> isWanted)
    {
        for (var publication = list.First; publication is not null;)
        {
            var next = publication.Next;
            if (isWanted(publication))
            {
                Remove(publication);
                removed.Add(publication);
            }

            publication = next;
        }
    }

    private void SkipInResume(Publication publication)
    {
        if (IsResuming && publication.Stage == PublicationStage.Sent && publication.Turn <= _resumeTurn)
        {
            _toResendCount--;
        }

        if (_toResend == publication)
        {
            _toResend = publication.Next;
        }
    }

    private void EnsureTable(ushort identifier)
    {
        if (identifier >= _byIdentifier.Length)
        {
            Array.Resize(
                ref _byIdentifier,
                Math.Min(identifiers.Max + 1, Math.Max(16, Math.Max(identifier + 1, _byIdentifier.Length * 2))));
        }
    }

    private static void Demand(bool isExpected, PacketType type, ushort identifier)
    {
        if (!isExpected)
        {
            throw new MqttProtocolException(
                "MQTT 3.1.1 §4.3",
                MqttReasonCode.ProtocolError,
                $"{type} answers Packet Identifier {identifier}, which awaits another packet.");
        }
    }
}
