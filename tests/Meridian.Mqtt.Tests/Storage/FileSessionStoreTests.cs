using System.Buffers.Binary;
using Meridian.Fixtures;
using Meridian.Mqtt.Storage;
using Meridian.Mqtt.Storage.Files;

namespace Meridian.Mqtt.Tests.Storage;

public sealed class FileSessionStoreTests
{
    private static readonly Guid Id = Guid.Parse("00112233-4455-6677-8899-aabbccddeeff");

    [Fact]
    public async Task Store_OpenedTwice_NamesTheProcessThatHoldsIt()
    {
        using var folder = new TempFolder("meridian-session-");
        await using var first = new FileSessionStore(folder.Path);
        await using var second = new FileSessionStore(folder.Path);
        _ = await first.OpenAsync("c");

        var error = await Assert.ThrowsAsync<MqttStoreLockedException>(() => second.OpenAsync("c").AsTask());

        Assert.Equal(Environment.ProcessId, error.ProcessId);
        Assert.Contains($"process {Environment.ProcessId}", error.Message, StringComparison.Ordinal);
        await first.CloseAsync();
        Assert.Empty((await second.OpenAsync("c")).Publications);
    }

    [Fact]
    public async Task Store_OnTheFileSystem_GivesBackWhatItTook()
    {
        using var folder = new TempFolder("meridian-session-");
        var wanted = Enumerable.Range(1, 50).Select(static key => Publications.Of((ulong)key, key * 100)).ToList();
        var store = new FileSessionStore(folder.Path, new FileSessionStoreOptions { SegmentBytes = 20_000 });
        _ = await store.OpenAsync("c");
        await Task.WhenAll(wanted.Select(publication => store.AddAsync(publication).AsTask()));
        store.Note(new MqttSessionChange(MqttSessionChangeKind.Done, 7));
        store.Note(new MqttSessionChange(MqttSessionChangeKind.Assigned, 9, 3));
        store.Note(new MqttSessionChange(MqttSessionChangeKind.Released, 9));
        store.Note(new MqttSessionChange(MqttSessionChangeKind.Received, 0, 77));
        await store.CloseAsync();

        var session = await store.OpenAsync("c");

        Assert.Equal(
            wanted.Where(static p => p.Key != 7).Select(Publications.Text),
            session.Publications.Select(Publications.Text),
            StringComparer.Ordinal);
        var released = session.Publications.Single(static p => p.IsReleased);
        Assert.Equal((9UL, 3), (released.Key, released.PacketIdentifier));
        Assert.Equal([77], session.ReceivedIdentifiers);
        Assert.Equal(50UL, session.LastKey);
        await store.DisposeAsync();
    }

    [Fact]
    public async Task Store_OfAnotherClientIdentifier_IsRefused()
    {
        var folder = new MemoryFolder();
        await FillAsync(folder, 1);
        await using var store = Store(folder);

        var error = await Assert.ThrowsAsync<MqttStoreException>(() => store.OpenAsync("other").AsTask());

        Assert.False(error.IsTransient);
        Assert.Contains("'c'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DamagedRecord_InTheMiddle_IsPassedAndCounted()
    {
        var folder = new MemoryFolder();
        await FillAsync(folder, 5);
        var name = SegmentHeader.NameOf(1);
        folder.Damage(name, static bytes =>
        {
            var at = bytes.AsSpan().IndexOf("2:xxx"u8);
            bytes[at] ^= 0x55;
            return bytes;
        });
        await using var store = Store(folder);

        var session = await store.OpenAsync("c");

        Assert.Equal([1UL, 3, 4, 5], session.Publications.Select(static p => p.Key));
        Assert.Equal((1, 0L), (store.Status.DamagedRecords, store.Status.TornBytes));
    }

    [Fact]
    public async Task AnyByte_Damaged_LosesAtMostItsRecordAndInventsNothing()
    {
        var folder = new MemoryFolder();
        await FillAsync(folder, 4);
        var whole = folder.Content(SegmentHeader.NameOf(1));
        var wanted = Enumerable.Range(1, 4).Select(static key => Publications.Text(Publications.Of((ulong)key)));
        for (var i = 0; i < whole.Length; i++)
        {
            var damaged = new MemoryFolder();
            damaged.Create(SegmentHeader.NameOf(1)).Dispose();
            damaged.Damage(SegmentHeader.NameOf(1), _ =>
            {
                byte[] bytes = [.. whole];
                bytes[i] ^= 0x10;
                return bytes;
            });
            await using var store = Store(damaged);

            var found = (await store.OpenAsync("c")).Publications.Select(Publications.Text).ToList();

            Assert.Empty(found.Except(wanted, StringComparer.Ordinal));
            Assert.True(found.Count >= (i < SegmentHeader.Size ? 0 : 3), $"Byte {i}: {found.Count} are left.");
        }
    }

    [Fact]
    public async Task TornEnd_IsCutAndCountedAndWorkGoesOn()
    {
        var folder = new MemoryFolder();
        await FillAsync(folder, 3);
        folder.Damage(SegmentHeader.NameOf(1), static bytes => bytes[..^5]);
        var store = Store(folder);
        Assert.Equal([1UL, 2], (await store.OpenAsync("c")).Publications.Select(static p => p.Key));
        Assert.True(store.Status.TornBytes > 0);
        Assert.Equal(0, store.Status.DamagedRecords);
        await store.AddAsync(Publications.Of(3));
        await store.CloseAsync();

        var session = await store.OpenAsync("c");

        Assert.Equal([1UL, 2, 3], session.Publications.Select(static p => p.Key));
        Assert.Equal((0, 0L), (store.Status.DamagedRecords, store.Status.TornBytes));
        await store.DisposeAsync();
    }

    [Fact]
    public async Task NewerVersion_IsRefusedAndNothingIsChanged()
    {
        var folder = new MemoryFolder();
        await FillAsync(folder, 1);
        folder.Damage(SegmentHeader.NameOf(1), static bytes =>
        {
            bytes[11] = 2;
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(60), Crc32C.Compute(bytes.AsSpan(0, 60)));
            return bytes;
        });
        var operations = folder.Operations;
        await using var store = Store(folder);

        var error = await Assert.ThrowsAsync<MqttStoreException>(() => store.OpenAsync("c").AsTask());

        Assert.Contains("version 2", error.Message, StringComparison.Ordinal);
        Assert.Equal(operations, folder.Operations);
    }

    [Fact]
    public async Task ManyPublications_ThroughASmallStore_StayWithinItsBytes()
    {
        var folder = new MemoryFolder();
        var options = new FileSessionStoreOptions { MaxBytes = FileSessionStoreOptions.LeastMaxBytes };
        var store = new FileSessionStore(folder, options, Id);
        _ = await store.OpenAsync("c");
        await store.AddAsync(Publications.Of(1)); // Stays all the time, so it is copied forward again and again.
        for (ulong key = 2; key <= 2_000; key++)
        {
            await store.AddAsync(Publications.Of(key, 200));
            store.Note(new MqttSessionChange(MqttSessionChangeKind.Done, key));
            Assert.True(store.Status.FileBytes <= options.MaxBytes, $"{store.Status.FileBytes} bytes at {key}.");
        }

        await store.CloseAsync();
        var session = await store.OpenAsync("c");

        Assert.Equal([1UL], session.Publications.Select(static p => p.Key));
        Assert.Equal(2_000UL, session.LastKey);
        await store.DisposeAsync();
    }

    [Fact]
    public async Task FullStore_SaysSoAndHasRoomAfterDone()
    {
        var store = new FileSessionStore(
            new MemoryFolder(), new FileSessionStoreOptions { MaxBytes = FileSessionStoreOptions.LeastMaxBytes }, Id);
        _ = await store.OpenAsync("c");
        await store.AddAsync(Publications.Of(1, 20_000));
        Assert.False(store.HasRoomFor(Publications.Of(2, 20_000)));
        await Assert.ThrowsAsync<MqttStoreException>(() => store.AddAsync(Publications.Of(2, 20_000)).AsTask());

        store.Note(new MqttSessionChange(MqttSessionChangeKind.Done, 1));

        Assert.True(store.HasRoomFor(Publications.Of(2, 20_000)));
        await store.AddAsync(Publications.Of(2, 20_000));
        await store.DisposeAsync();
    }

    [Fact]
    public async Task FailedFlush_GoesToANewFileAndTheFailedPublicationStaysAway()
    {
        var folder = new MemoryFolder();
        var store = Store(folder);
        _ = await store.OpenAsync("c");
        await store.AddAsync(Publications.Of(1));
        folder.Fails = static operation => operation is "sync";
        await Assert.ThrowsAsync<MqttStoreException>(() => store.AddAsync(Publications.Of(2)).AsTask());
        folder.Fails = null;

        await store.AddAsync(Publications.Of(3));
        await store.CloseAsync();
        var session = await store.OpenAsync("c");

        Assert.Equal([1UL, 3], session.Publications.Select(static p => p.Key));
        Assert.Equal(2, folder.List().Count);
        await store.DisposeAsync();
    }

    [Fact]
    public async Task EndThatNoHeaderTells_WasReadAsAFact_AndSurvivesAPowerCut()
    {
        var folder = new MemoryFolder();
        var store = Store(folder);
        _ = await store.OpenAsync("c");
        await store.AddAsync(Publications.Of(1));
        store.Note(new MqttSessionChange(MqttSessionChangeKind.Assigned, 1, 3));
        folder.Fails = static operation => operation is "sync";
        await Assert.ThrowsAsync<MqttStoreException>(() => store.FlushAsync().AsTask());
        folder.Fails = static operation => operation is "write" or "delete"; // Half of the next header is there.
        await Assert.ThrowsAsync<MqttStoreException>(() => store.CloseAsync().AsTask());
        folder.Fails = null;
        Assert.Equal(2, folder.List().Count);

        var session = await store.OpenAsync("c");
        var after = folder.AfterPowerCut(new Random(1));
        await store.CloseAsync();

        Assert.Equal(3, Assert.Single(session.Publications).PacketIdentifier);
        store = Store(after);
        Assert.Equal(3, Assert.Single((await store.OpenAsync("c")).Publications).PacketIdentifier);
        await store.DisposeAsync();
    }

    private static FileSessionStore Store(MemoryFolder folder) => new(folder, new FileSessionStoreOptions(), Id);

    private static async Task FillAsync(MemoryFolder folder, int count)
    {
        var store = Store(folder);
        _ = await store.OpenAsync("c");
        for (var key = 1; key <= count; key++)
        {
            await store.AddAsync(Publications.Of((ulong)key));
        }

        await store.CloseAsync();
    }
}
