using Meridian.Journal.Books;
using Meridian.Journal.Cursors;

namespace Meridian.Journal.Tests.Cursors;

public sealed class CursorTableTests
{
    [Fact]
    public async Task Commit_GatheredWithAGroupThatWasNotStored_StaysDueUntilItIsOnDisk()
    {
        using var table = new CursorTable(Journals.Options(), TimeProvider.System, static () => { }, []);
        _ = table.Open("n", new JournalCursorOptions(), static () => 0, static _ => null!);
        var flush = table.FlushAsync();
        var records = new RecordBuilder(0, TimeProvider.System);

        // The disk is full for the group that it went along with; nobody tells the table.
        table.Gather(records, carryThrough: -1, 0);

        Assert.True(table.IsDue && table.ShallPersist(always: false));
        table.Gather(records, carryThrough: -1, 0);
        table.Accept(1);
        Assert.False(table.IsDue || table.ShallPersist(always: true));
        await flush.WaitAsync(Journals.Deadline);
    }

    [Fact]
    public void Commit_MadeAfterItWasGathered_IsDueForTheNextTime()
    {
        using var table = new CursorTable(Journals.Options(), TimeProvider.System, static () => { }, []);
        _ = table.Open("n", new JournalCursorOptions(), static () => 0, static _ => null!);
        table.Gather(new RecordBuilder(0, TimeProvider.System), carryThrough: -1, 0);
        _ = table.Open("other", new JournalCursorOptions(), static () => 0, static _ => null!);

        table.Accept(1);

        Assert.True(table.IsDue && table.ShallPersist(always: false));
    }

    [Fact]
    public void Commit_ThatCannotBeStoredAlone_WaitsForTheNextTime()
    {
        using var table = new CursorTable(Journals.Options(), TimeProvider.System, static () => { }, []);
        _ = table.Open("n", new JournalCursorOptions(), static () => 0, static _ => null!);

        table.PersistLater();

        Assert.False(table.IsDue);
        Assert.True(table.ShallPersist(always: true));
    }
}
