using Meridian.Mqtt.Storage;
using Meridian.Mqtt.Storage.Files;

namespace Meridian.Mqtt.Tests.Storage;

/// <summary>Pins version 1 of the session log (docs/formats/mqtt-session.md): these bytes must be written and read by
/// every future version. Never change them; a new format has a new version and a reader for this one.</summary>
public sealed class SessionLogGoldenTests
{
    private const string Header =
        "4D455249444D5153000000010000004000112233445566778899AABBCCDDEEFF"
        + "000000000000000100000000000000000000000000000000000000007D1E6E35";

    private const string Begin =
        "5174152F0000000D004D62112000000000000000000000000001630000";

    private const string Stored =
        "23438A5E0000001F7284943E01000000000000000000000106000008DAA19EA6"
        + "B300000003612F6204030001746869";

    private const string Assigned =
        "6BF1B2C80000000A8C767C730200000000000000000000010007";

    private const string Released =
        "DA26A8630000000A58BC18980300000000000000000000010000";

    private const string Received =
        "03EAE6C30000000A854F512A0500000000000000000000000009";

    private const string Done =
        "C32610A90000000A58BC18980400000000000000000000010000";

    private const string ReceivedDone =
        "61C86FFA0000000A854F512A0600000000000000000000000009";

    private static readonly Guid Id = Guid.Parse("00112233-4455-6677-8899-aabbccddeeff");

    private static readonly MqttStoredPublication Publication = new(1, new MqttApplicationMessage
    {
        Topic = "a/b",
        Payload = "hi"u8.ToArray(),
        Qos = MqttQos.ExactlyOnce,
        IsRetained = true,
        Properties = new MqttMessageProperties { ContentType = "t" },
    })
    {
        ExpiresAt = new DateTimeOffset(638_000_000_000_000_000, TimeSpan.Zero),
    };

    [Fact]
    public async Task Log_Version1_IsTheseBytes()
    {
        var folder = new MemoryFolder();
        await using var store = new FileSessionStore(folder, new FileSessionStoreOptions(), Id);
        _ = await store.OpenAsync("c");
        await store.AddAsync(Publication);
        foreach (var change in Changes)
        {
            store.Note(change);
        }

        await store.FlushAsync();

        Assert.Equal(
            Header + Begin + Stored + Assigned + Released + Received + Done + ReceivedDone,
            Convert.ToHexString(folder.Content(SegmentHeader.NameOf(1))));
    }

    [Theory]
    [InlineData(Header + Begin + Stored, "waiting 0")]
    [InlineData(Header + Begin + Stored + Assigned, "sent 7")]
    [InlineData(Header + Begin + Stored + Assigned + Released, "released 7")]
    [InlineData(Header + Begin + Stored + Assigned + Released + Received, "released 7, received 9")]
    [InlineData(Header + Begin + Stored + Assigned + Released + Received + Done, "received 9")]
    [InlineData(Header + Begin + Stored + Assigned + Released + Received + Done + ReceivedDone, "")]
    public async Task Log_OfVersion1_IsRead(string hex, string wanted)
    {
        var folder = new MemoryFolder();
        folder.Create(SegmentHeader.NameOf(1)).Dispose();
        folder.Damage(SegmentHeader.NameOf(1), _ => Convert.FromHexString(hex));
        await using var store = new FileSessionStore(folder, new FileSessionStoreOptions(), Guid.Empty);

        var session = await store.OpenAsync("c");

        Assert.All(
            session.Publications, static p => Assert.Equal(Publications.Text(Publication), Publications.Text(p)));
        var publications = session.Publications.Select(static p =>
            $"{(p.IsReleased ? "released" : p.PacketIdentifier > 0 ? "sent" : "waiting")} {p.PacketIdentifier}");
        var received = session.ReceivedIdentifiers.Select(static identifier => $"received {identifier}");
        Assert.Equal(wanted, string.Join(", ", publications.Concat(received)));
        Assert.Equal((0, 0L), (store.Status.DamagedRecords, store.Status.TornBytes));
    }

    private static MqttSessionChange[] Changes =>
    [
        new(MqttSessionChangeKind.Assigned, 1, 7),
        new(MqttSessionChangeKind.Released, 1),
        new(MqttSessionChangeKind.Received, 0, 9),
        new(MqttSessionChangeKind.Done, 1),
        new(MqttSessionChangeKind.ReceivedDone, 0, 9),
    ];
}
