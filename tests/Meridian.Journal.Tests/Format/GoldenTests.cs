using System.Buffers;
using System.Text;
using Meridian.Journal.Cursors;
using Meridian.Journal.Format;
using Meridian.Journal.Tests.Storage;

namespace Meridian.Journal.Tests.Format;

/// <summary>Pins format version 2: these bytes must be written and read by every future version of this program that
/// calls itself compatible. Never change them; a new format has a new version and a reader for this one.</summary>
public sealed class GoldenTests
{
    private const long Ticks = 638_000_000_000_000_000;

    private const string Header =
        "4D455249444A4E4C020000004000000000112233445566778899AABBCCDDEEFF"
        + "2A000000000000000000B3A69EA1DA080700000000000000000000007D1DEEED";

    private const string Definition =
        "C5DC35AB0600000002000000030000000000B3A69EA1DA082A00000000000000"
        + "00000000F9C022496C696E652031";

    private const string Record =
        "87152CC94200000001070100030000000000B3A69EA1DA082A00000000000000"
        + "020000009A6066053D00000001000600020000006974656D2D31010202000900"
        + "1800000070686F746F2E6A706700112233445566778899AABBCCDDEEFF881300"
        + "000000000068656C6C6F";

    private const string Commit =
        "9EECDCF35A00000003000000000000000000B3A69EA1DA082A00000000000000"
        + "000000004FE19CA301000500020000002B000000000000000500000000000000"
        + "010000000000000005000000000000006E6F7274680102020003000000000000"
        + "000000000000000000000000000000000000000000000000000000000000006F"
        + "6C64";

    private const string Checkpoint =
        "1072AA761300000004000100030000000000B3A69EA1DA082A00000000000000"
        + "00000000179BC0A51300000001000600010000006974656D2D3209";

    private const string Seal =
        "FB163ECA3E00000005000000000000000000B3A69EA1DA082C00000000000000"
        + "000000006EDCA6D10000B3A69EA1DA0801000000010000002A00000000000000"
        + "0000000000000000400000000000000003000000060000006C696E6520316600"
        + "00005345414C";

    private const string Index =
        "4D455249444944580200000000000000F3000000000000000011223344556677"
        + "8899AABBCCDDEEFF090000000000000007000000000000004000000000000000"
        + "2A00000000000000010000000200000001000000000000000700000000000000"
        + "01000500020000002B0000000000000005000000000000000100000000000000"
        + "05000000000000006E6F7274680102070000000000000000000000060000006C"
        + "696E65203106000000010000006974656D2D3101060000000000000000000000"
        + "06000000010000006974656D2D32020700000000000000881300000000000000"
        + "112233445566778899AABBCCDDEEFF63FE0629";

    private const string Identity =
        "4D4A49440200000000112233445566778899AABBCCDDEEFF02000000A91A40A6"
        + "AAAAAAAABBBBCCCCDDDDEEEEEEEEEEEEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"
        + "49344B12";

    private static readonly Guid Id = Guid.Parse("00112233-4455-6677-8899-aabbccddeeff");

    private static readonly uint Seed = SegmentHeader.Seed(Id);

    [Fact]
    public void SegmentHeader_Version2_IsTheseBytes()
    {
        var bytes = new byte[SegmentHeader.Size];
        new SegmentHeader(Id, 42, Ticks, 7).Write(bytes);

        Assert.Equal(Header, Convert.ToHexString(bytes));
    }

    [Fact]
    public void Definition_Version2_IsTheseBytes()
        => Assert.Equal(Definition, MakeRecord(RecordType.Source, 0, 3, 0, "line 1"u8.ToArray(), isAttached: false));

    [Fact]
    public void Record_WithCheckpointAndFile_IsTheseBytes()
    {
        JournalCheckpoint[] checkpoints = [new("item-1", new byte[] { 1, 2 })];
        var file = new JournalFile(Id, "photo.jpg", 5000);
        var size = Attachments.SizeOf(checkpoints, file);
        var payload = new byte[size + 5];
        var at = Attachments.Begin(payload, size);
        _ = Attachments.WriteCheckpoint(payload, ref at, "item-1", [1, 2]);
        Attachments.WriteFile(payload, ref at, file);
        Assert.Equal(size, at);
        "hello"u8.CopyTo(payload.AsSpan(size));

        Assert.Equal(Record, MakeRecord(RecordType.Content, 7, 3, 2, payload, isAttached: true));
    }

    [Fact]
    public void Commit_PlaceAndRemoval_IsTheseBytes()
    {
        var output = new ArrayBufferWriter<byte>();
        CommitRecord.Write(output, North);
        CommitRecord.Write(output, new StoredCursor("old", 0, [], IsRemoved: true));

        Assert.Equal(
            Commit, MakeRecord(RecordType.Commit, 0, 0, 0, output.WrittenSpan.ToArray(), isAttached: false));
    }

    [Fact]
    public void Checkpoint_WithoutContent_IsTheseBytes()
    {
        var payload = new byte[Attachments.SizeOf([new("item-2", new byte[] { 9 })], file: null)];
        var at = Attachments.Begin(payload, payload.Length);
        _ = Attachments.WriteCheckpoint(payload, ref at, "item-2", [9]);

        Assert.Equal(Checkpoint, MakeRecord(RecordType.Checkpoint, 0, 3, 0, payload, isAttached: true));
    }

    [Fact]
    public void Seal_OfASegment_IsTheseBytes()
    {
        var seal = new SealRecord([new SealEntry(42, 0, 64)], [(3, "line 1")]) { End = 44, LastTicks = Ticks };

        Assert.Equal(Seal, Convert.ToHexString(seal.Encode(Ticks, Seed)));
    }

    [Fact]
    public void Index_WithAll_IsTheseBytesAndIsRead()
    {
        var output = new ArrayBufferWriter<byte>();
        new IndexSlot
        {
            Journal = Id,
            Sequence = 9,
            Ordinal = 7,
            Offset = 64,
            End = 42,
            Cursors = [North with { Ordinal = 7 }],
            Checkpoints = [new StoredCheckpoint("line 1", "item-1", new byte[] { 1 }, 7),
                new StoredCheckpoint("line 1", "item-2", new byte[] { 2 }, 6)],
            Files = [new StoredFile(7, 5000, Id)],
        }.Encode(output);

        Assert.Equal(Index, Convert.ToHexString(output.WrittenSpan));
        var read = IndexSlot.Decode(output.WrittenSpan, out var version)!;
        Assert.Equal((2u, 9ul, 7, 64, 42), (version, read.Sequence, read.Ordinal, read.Offset, read.End));
        Assert.Equal(("north", 43, 7), (
            read.Cursors.Single().Name, read.Cursors.Single().Committed, read.Cursors.Single().Ordinal));
        Assert.Equal(["line 1 item-1 7 1", "line 1 item-2 6 2"], read.Checkpoints.Select(
            static c => $"{c.Source} {c.Key} {c.Ordinal} {c.Value.Span[0]}"), StringComparer.Ordinal);
        Assert.Equal(new StoredFile(7, 5000, Id), read.Files.Single());
    }

    [Fact]
    public void Identity_Version2_IsTheseBytesAndIsRead()
    {
        var identity = new JournalIdentity(Id, [Guid.Parse("aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"), Guid.AllBitsSet]);

        Assert.Equal(Identity, Convert.ToHexString(IdentityFile.Encode(identity)));
        var read = IdentityFile.Decode([.. Convert.FromHexString(Identity), 1, 2, 3], out var version)!;
        Assert.Equal((2u, Id, identity.Former[0]), (version, read.Id, read.Log));
        Assert.Equal(identity.Former, read.Former);
    }

    [Fact]
    public async Task Journal_OfVersion2_IsRead()
    {
        var disk = new MemoryDisk();
        Put(disk, JournalFileNames.Identity, Convert.ToHexString(IdentityFile.Encode(new JournalIdentity(Id, []))));
        Put(disk, JournalFileNames.Segment(42, 0), Header + Definition + Record + Commit + Checkpoint + Seal);
        Put(disk, JournalFileNames.File(Id), "00");

        await using var log = await Journals.OpenAsync(disk);

        Assert.Equal(Id, log.Id);
        Assert.Equal((42, 44), (log.Start.Value, log.End.Value));
        var cursor = log.OpenCursor("north", CursorStart.End);
        Assert.Equal((43, new DroppedRange(5, new(1), new(5))), (cursor.Committed.Value, cursor.Dropped));
        Assert.Equal([1, 2], cursor.State.ToArray());
        Assert.True(cursor.TryRead(default, out var batch));
        var record = batch.ToList().Single();
        Assert.Equal(("line 1", "hello", 2, 7, 1), (
            record.Source.Name, Encoding.UTF8.GetString(record.Payload.Span), record.Count, record.ContentType,
            batch.SkipInFirst));
        Assert.Equal(Ticks, record.Time.UtcTicks);
        Assert.Equal(("photo.jpg", Id, 5000), (record.GetFile()!.Name, record.GetFile()!.Id, record.GetFile()!.Length));
        Assert.Equal("item-1", record.GetCheckpoints().Single().Key);
        Assert.True(log.TryGetCheckpoint(log.Source("line 1"), "item-1", out var one));
        Assert.True(log.TryGetCheckpoint(log.Source("line 1"), "item-2", out var two));
        Assert.Equal([1, 2], one);
        Assert.Equal([9], two);
        Assert.Equal(0, log.Recovery.OrphanFiles);
    }

    private static StoredCursor North => new("north", 43, [1, 2], new DroppedRange(5, new(1), new(5)));

    private static string MakeRecord(
        RecordType type, byte contentType, uint source, int count, byte[] payload, bool isAttached)
    {
        var bytes = new byte[RecordHeader.Size + payload.Length];
        payload.CopyTo(bytes, RecordHeader.Size);
        RecordHeader.Write(
            bytes, new RecordHeader(type, contentType, source, Ticks, 42, count, payload.Length, 0, isAttached), Seed);
        return Convert.ToHexString(bytes);
    }

    private static void Put(MemoryDisk disk, string name, string hex)
    {
        using var file = disk.Create(name);
        file.Write(Convert.FromHexString(hex), 0);
        file.Sync();
    }
}
