using Meridian.Journal.Cursors;
using Meridian.Journal.Inspection;

namespace Meridian.Journal.Tests;

public sealed class InspectionTests
{
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
