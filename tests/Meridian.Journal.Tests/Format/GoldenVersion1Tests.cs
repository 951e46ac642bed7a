using System.Text;
using Meridian.Journal.Cursors;
using Meridian.Journal.Format;
using Meridian.Journal.Tests.Storage;

namespace Meridian.Journal.Tests.Format;

/// <summary>Pins the reader of format version 1, docs/formats/journal-1.md: every future version of this program reads
/// these bytes.</summary>
public sealed class GoldenVersion1Tests
{
    private const string Identity =
        "4D4A49440100000000112233445566778899AABBCCDDEEFF000000004B081BD2";

    private const string Header =
        "4D455249444A4E4C010000004000000000112233445566778899AABBCCDDEEFF"
        + "2A000000000000000000B3A69EA1DA08000000000000000000000000E25AE492";

    private const string Definition =
        "C5DC35AB0600000002000000030000000000B3A69EA1DA082A00000000000000"
        + "00000000F9C022496C696E652031";

    private const string Record =
        "8E2F10720500000001070000030000000000B3A69EA1DA082A00000000000000"
        + "02000000452F919368656C6C6F";

    private const string Slot =
        "4D45524944435552010000004300000000112233445566778899AABBCCDDEEFF"
        + "0900000000000000010000002B00000000000000050002006E6F7274680102BA"
        + "DF2CCF";

    private static readonly Guid Id = Guid.Parse("00112233-4455-6677-8899-aabbccddeeff");

    [Fact]
    public void Identity_Version1_IsTheseBytes()
    {
        Assert.Equal(
            Identity,
            Convert.ToHexString(IdentityFile.Encode(new JournalIdentity(Id, []))));
    }

    [Fact]
    public async Task Journal_OfVersion1_IsRead()
    {
        var disk = new MemoryDisk();
        Put(disk, JournalFileNames.Identity, Identity);
        Put(disk, JournalFileNames.Segment(42, 0), Header + Definition + Record);
        Put(disk, JournalFileNames.CursorSlots[1], Slot);

        await using var log = await Journals.OpenAsync(disk);

        Assert.Equal(Id, log.Id);
        Assert.False(log.Recovery.IsDamaged);
        Assert.Equal((42, 44), (log.Start.Value, log.End.Value));
        var cursor = log.OpenCursor("north", CursorStart.End);
        Assert.Equal(43, cursor.Committed.Value);
        Assert.Equal([1, 2], cursor.State.ToArray());
        Assert.True(cursor.TryRead(default, out var batch));
        var record = batch.ToList().Single();
        Assert.Equal(("line 1", "hello", 2, 7, 1), (
            record.Source.Name, Encoding.UTF8.GetString(record.Payload.Span), record.Count, record.ContentType,
            batch.SkipInFirst));
        Assert.Equal(638_000_000_000_000_000, record.Time.UtcTicks);
    }

    [Fact]
    public async Task Journal_OfVersion1_IsWrittenOnInVersion2AndKeepsItsCursor()
    {
        var disk = new MemoryDisk();
        Put(disk, JournalFileNames.Identity, Identity);
        Put(disk, JournalFileNames.Segment(42, 0), Header + Definition + Record);
        Put(disk, JournalFileNames.CursorSlots[1], Slot);
        disk.SyncFolder();
        await using (var log = await Journals.OpenAsync(disk))
        {
            _ = await log.PutAsync("more");
        }

        disk = disk.AfterKill();
        disk.Remove(JournalFileNames.CursorSlots[1]);
        await using var again = await Journals.OpenAsync(disk);

        Assert.Equal("hello,more", again.Texts());
        Assert.Equal(43, again.OpenCursor("north", CursorStart.End).Committed.Value);
        var newest = disk.List().Where(static n => JournalFileNames.TryParseSegment(n, out _, out _))
            .Order(StringComparer.Ordinal).Last();
        Assert.Equal(2u, SegmentHeader.ReadVersion(disk.Content(newest)));
    }

    private static void Put(MemoryDisk disk, string name, string hex)
    {
        using var file = disk.Create(name);
        file.Write(Convert.FromHexString(hex), 0);
        file.Sync();
    }
}
