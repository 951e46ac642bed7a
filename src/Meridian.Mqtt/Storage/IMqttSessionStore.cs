using System.Runtime.InteropServices;

namespace Meridian.Mqtt.Storage;

/// <summary>
/// Keeps what a session must not forget while the process is away: publications that are not acknowledged, how far each
/// has come, and which received QoS 2 identifiers await PUBREL (MQTT 5.0 §4.1, 3.1.1 §4.1).
/// </summary>
/// <remarks>
/// For implementers. One client uses a store at a time and calls it from many threads, one change at a time for each
/// publication. The order of the calls is the order of the changes: a store that keeps one change keeps all before it.
/// <list type="bullet">
/// <item><see cref="Note"/> and <see cref="HasRoomFor"/> are called under the client's lock: they return at once, never
/// wait for the disk and never call back.</item>
/// <item>A publication whose <see cref="AddAsync"/> failed is not stored: from the next change that is durable on,
/// whatever the failed write left behind, no restart finds it.</item>
/// <item>What was noted stays noted when <see cref="FlushAsync"/> fails: the next flush tries it again, elsewhere. The
/// client sends no packet that rests on a change before the flush behind it has succeeded.</item>
/// </list>
/// Failures are <see cref="MqttStoreException"/>.
/// </remarks>
public interface IMqttSessionStore
{
    /// <summary>Opens the store and reads what is in it. Called once before all others, and again after
    /// <see cref="CloseAsync"/>.</summary>
    /// <param name="clientId">The Client Identifier whose session this is.</param>
    /// <param name="cancellationToken">Gives up; the store is then closed.</param>
    /// <returns>What an earlier use left.</returns>
    /// <exception cref="MqttStoreException">It belongs to another Client Identifier or process, or cannot be
    /// read.</exception>
    ValueTask<MqttStoredSession> OpenAsync(string clientId, CancellationToken cancellationToken = default);

    /// <summary>Whether a publication fits now. Room appears with <see cref="MqttSessionChangeKind.Done"/>.</summary>
    /// <param name="publication">The publication.</param>
    bool HasRoomFor(MqttStoredPublication publication);

    /// <summary>Stores a new publication; completes when it is durable.</summary>
    /// <param name="publication">The publication; its key is above all before. The payload is taken before this
    /// returns.</param>
    /// <exception cref="MqttStoreException">It is not stored.</exception>
    ValueTask AddAsync(MqttStoredPublication publication);

    /// <summary>Takes note of a change, to be made durable with the next flush, or earlier.</summary>
    /// <param name="change">The change.</param>
    void Note(MqttSessionChange change);

    /// <summary>Makes all durable that was noted before the call.</summary>
    /// <exception cref="MqttStoreException">It is not durable; the next flush tries again.</exception>
    ValueTask FlushAsync();

    /// <summary>Flushes and closes; nobody else calls meanwhile. Another client may open the store then.</summary>
    /// <exception cref="MqttStoreException">Not all is durable; the store is closed all the same.</exception>
    ValueTask CloseAsync();
}

/// <summary>One step of a publication or of a received message at QoS 2.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Key">The publication; zero for a received message.</param>
/// <param name="PacketIdentifier">The Packet Identifier; zero where the kind has none.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct MqttSessionChange(MqttSessionChangeKind Kind, ulong Key, ushort PacketIdentifier = 0);

/// <summary>What a <see cref="MqttSessionChange"/> says.</summary>
public enum MqttSessionChangeKind
{
    /// <summary>Nothing; a store takes no note of it.</summary>
    None = 0,

    /// <summary>A publication has a Packet Identifier and is sent. Another one that had this identifier is
    /// done. With identifier zero the session of before is lost, and the publication waits as a new one.</summary>
    Assigned = 2,

    /// <summary>PUBREC came; only PUBREL is sent from now on.</summary>
    Released = 3,

    /// <summary>The publication is acknowledged, expired, withdrawn or given up: forget it.</summary>
    Done = 4,

    /// <summary>PUBREC is sent: a PUBLISH at QoS 2 with this identifier is a repeat until PUBREL.</summary>
    Received = 5,

    /// <summary>PUBREL came: the identifier is free for another message.</summary>
    ReceivedDone = 6,

    /// <summary>The server has no session: no received identifier means anything any more.</summary>
    ReceivedLost = 7,
}
