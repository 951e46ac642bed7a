using System.Text;
using Meridian.Journal.Cursors;
using Meridian.Journal.Format;
using Meridian.Journal.Tests.Storage;

namespace Meridian.Journal.Tests;

public sealed class FileTests
{
    [Fact]
    public async Task File_ReferredToByARecord_IsReadAfterAPowerCut()
    {
        var disk = new MemoryDisk();
        await using (var log = await Journals.OpenAsync(disk))
        {
            await PutFileAsync(log, "photo.jpg", "content");
        }

        await using var again = await Journals.OpenAsync(disk.AfterPowerCut(new Random(2)));
        var cursor = again.OpenCursor("n", CursorStart.Oldest);
        Assert.True(cursor.TryRead(default, out var batch));
        var file = batch.ToList().Single().GetFile()!;
        Assert.Equal(("photo.jpg", 7), (file.Name, file.Length));
        using var text = new StreamReader(again.OpenFile(file));
        Assert.Equal("content", await text.ReadToEndAsync());
        Assert.True(again.Status.Bytes > 7);
    }

    [Fact]
    public async Task File_ItsSegmentIsDeleted_IsDeletedWithIt()
    {
        var disk = new MemoryDisk();
        await using var log = await Journals.OpenAsync(disk, Journals.Options(segment: 200));
        var cursor = log.OpenCursor("n", CursorStart.Oldest);
        await PutFileAsync(log, "a", "1");
        for (var i = 0; i < 10; i++)
        {
            _ = await log.PutAsync($"{i:D60}");
        }

        await PutFileAsync(log, "b", "2");
        Assert.Equal(2, disk.List(JournalFileNames.Files).Count);
        cursor.Commit(new JournalPosition(11));
        await cursor.FlushAsync();
        await Journals.WaitUntilAsync(() => disk.List(JournalFileNames.Files).Count == 1);
    }

    [Fact]
    public async Task File_WithoutARecord_IsGoneAfterTheNextStart()
    {
        var disk = new MemoryDisk();
        await using (var log = await Journals.OpenAsync(disk))
        {
            await PutFileAsync(log, "kept", "1");
            _ = await log.StoreFileAsync("lost", new MemoryStream([1, 2, 3]));
        }

        disk = disk.AfterKill();
        await using var again = await Journals.OpenAsync(disk);
        Assert.Equal(1, again.Recovery.OrphanFiles);
        _ = Assert.Single(disk.List(JournalFileNames.Files));
    }

    [Fact]
    public async Task File_TooLarge_IsRefusedAndLeavesNothing()
    {
        var disk = new MemoryDisk();
        var options = new JournalOptions { Folder = "memory", MaxFileBytes = 5, ReserveBytes = 0 };
        await using var log = await Journals.OpenAsync(disk, options);

        var refused = await Assert.ThrowsAsync<ArgumentException>(
            () => log.StoreFileAsync("big", new MemoryStream(new byte[6])));

        Assert.Contains("'big'", refused.Message, StringComparison.Ordinal);
        Assert.Empty(disk.List(JournalFileNames.Files));
    }

    [Fact]
    public async Task File_OnARealFolder_IsStoredAndDeleted()
    {
        var folder = Directory.CreateTempSubdirectory("meridian-journal-").FullName;
        try
        {
            await using var log = await JournalLog.OpenAsync(Journals.Options(segment: 200, folder: folder));
            var cursor = log.OpenCursor("n", CursorStart.Oldest);
            await PutFileAsync(log, "a", "some content");
            var path = Directory.EnumerateFiles(Path.Combine(folder, "files")).Single();
            Assert.Equal("some content", await File.ReadAllTextAsync(path));
            _ = await log.PutAsync($"{1:D160}");
            cursor.Commit(log.End);
            await cursor.FlushAsync();
            await Journals.WaitUntilAsync(() => !File.Exists(path));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task PutFileAsync(JournalLog log, string name, string content)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(content));
        var file = await log.StoreFileAsync(name, stream);
        _ = await log.AppendAsync(log.Source("a"), 1, default, 0, default, file).AsTask().WaitAsync(Journals.Deadline);
    }
}
