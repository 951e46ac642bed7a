using Meridian.Journal.Cursors;
using Meridian.Journal.Inspection;

namespace Meridian.Journal.Tests;

public sealed class InspectionTests
{
    [Fact]
    public async Task Inspect_DamagedAndMissing_NamesEachProblem()
    {
        var folder = Directory.CreateTempSubdirectory("meridian-journal-").FullName;
        try
        {
            await using (var log = await JournalLog.OpenAsync(Journals.Options(folder: folder)))
            {
                for (var i = 0; i < 20; i++)
                {
                    _ = await log.PutAsync($"{i:D40}");
                }
            }

            Assert.Empty((await JournalInspector.InspectAsync(folder)).Problems);
            var segments = Directory.GetFiles(folder, "*.seg").Order(StringComparer.Ordinal).ToArray();
            var bytes = await File.ReadAllBytesAsync(segments[1]);
            bytes[150] ^= 1;
            await File.WriteAllBytesAsync(segments[1], bytes);
            File.Delete(segments[3]);

            var found = await JournalInspector.InspectAsync(folder);

            Assert.Collection(
                found.Problems,
                static p => Assert.Contains("damaged bytes at", p, StringComparison.Ordinal),
                static p => Assert.Contains("1 segments before it are missing", p, StringComparison.Ordinal));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Compact_AllPassed_LeavesOneSmallSegmentAndThePlaces()
    {
        var folder = Directory.CreateTempSubdirectory("meridian-journal-").FullName;
        try
        {
            var options = Journals.Options(segment: 1 << 20, max: 4 << 20, folder: folder);
            await using (var log = await JournalLog.OpenAsync(options))
            {
                for (var i = 0; i < 20; i++)
                {
                    _ = await log.PutAsync(new string('x', 10_000));
                }

                log.OpenCursor("n", CursorStart.Oldest).Commit(log.End, "state"u8);
            }

            var done = await JournalCompactor.CompactAsync(folder);

            Assert.True(done.BytesBefore > 200_000);
            Assert.InRange(done.BytesAfter, 1, 1000);
            await using var again = await JournalLog.OpenAsync(Journals.Options(folder: folder));
            Assert.Equal(20, again.OpenCursor("n", CursorStart.Oldest).Committed.Value);
            Assert.Equal(20, (await again.PutAsync("next")).Value);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Inspect_OpenJournal_TellsSegmentsSourcesAndCursors()
    {
        var folder = Directory.CreateTempSubdirectory("meridian-journal-").FullName;
        try
        {
            await using var log = await JournalLog.OpenAsync(Journals.Options(folder: folder));
            for (var i = 0; i < 10; i++)
            {
                _ = await log.PutAsync("12345", 2, i < 4 ? "early" : "late");
            }

            var cursor = log.OpenCursor("north", CursorStart.Oldest);
            cursor.Commit(new JournalPosition(1), "abc"u8);
            await cursor.FlushAsync();

            var found = await JournalInspector.InspectAsync(folder);

            Assert.Equal(log.Id, found.Id);
            Assert.Equal((0, 20), (found.Start.Value, found.End.Value));
            Assert.True(found.Segments.Count > 1);
            Assert.Equal(10, found.Segments.Sum(static s => s.Records));
            Assert.Equal(0, found.Segments.Sum(static s => s.DamagedBytes));
            Assert.Equal(["early 4 8 20", "late 6 12 30"], found.Sources.Select(
                static s => $"{s.Name} {s.Records} {s.Data} {s.Bytes}").ToArray());
            Assert.Equal(new CursorInspection("north", new JournalPosition(1), 19, 3, default), found.Cursors.Single());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
