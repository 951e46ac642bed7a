using System.Globalization;
using System.Text;
using Meridian.Journal.Cursors;
using Meridian.Journal.Format;
using Meridian.Journal.Tests.Storage;

namespace Meridian.Journal.Tests.Crash;

/// <summary>A journal beside the plain lists that say what has to be in it.</summary>
internal sealed class BooksRun(byte limits) : IAsyncDisposable
{
    private readonly JournalOptions _options = new()
    {
        Folder = "memory",
        SegmentBytes = 100 + (8 * (limits % 64)),
        MaxBytes = 1 << 20,
        GatherBytes = limits % 2 == 0 ? 1 : 4096,
        CursorDelay = TimeSpan.FromDays(1),
        RetryDelay = TimeSpan.FromMilliseconds(1),
        ReserveBytes = limits % 3 == 0 ? 4096 : 0,
    };

    private readonly List<Entry> _entries = [];
    private readonly Dictionary<(string Source, string Key), string> _checkpoints = [];
    private readonly Dictionary<string, Place> _places = new(StringComparer.Ordinal);
    private MemoryDisk _disk = new();
    private JournalLog _log = null!;

    public async Task OpenAsync()
    {
        _log = await Journals.OpenAsync(_disk, _options);
        Assert.False(_log.Recovery.IsDamaged);

        // A cursor that is known holds its segments before anybody opens it: it must be where it was.
        Assert.Equal(
            _places.Keys.Order(StringComparer.Ordinal),
            _log.Cursors.Select(static c => c.Name),
            StringComparer.Ordinal);
        foreach (var cursor in _log.Cursors)
        {
            var place = _places[cursor.Name];
            Assert.True(cursor.Committed.Value >= place.Committed, $"{cursor.Name} was set back.");
            Assert.True(place.IsDropping || cursor.Committed.Value == place.Committed, $"{cursor.Name} was moved.");
            place.Committed = place.Next = cursor.Committed.Value;
        }

        foreach (var number in Enumerable.Range(0, 4))
        {
            _ = Cursor(number);
        }

        await FlushAsync();
    }

    public async Task AppendAsync(int amount)
    {
        var number = _entries.Count;
        var source = $"s{amount % 3}";
        var text = string.Create(CultureInfo.InvariantCulture, $"{number}:").PadRight(amount * 5, 'x');
        JournalFile? file = null;
        if (amount % 4 == 0)
        {
            using var content = new MemoryStream(Encoding.ASCII.GetBytes(text));
            file = await _log.StoreFileAsync(text[..1], content);
        }

        var key = $"k{amount % 2}";
        JournalCheckpoint[] checkpoints = amount % 5 == 0 ? [] : [Journals.Checkpoint(key, $"{number}")];
        var at = await _log.AppendAsync(
            _log.Source(source), 1, Encoding.ASCII.GetBytes(text), 0, checkpoints, file)
            .AsTask().WaitAsync(Journals.Deadline);
        Assert.Equal(number, at.Value);
        _entries.Add(new Entry(source, text, file?.Id));
        if (checkpoints.Length > 0)
        {
            _checkpoints[(source, key)] = $"{number}";
        }
    }

    public async Task StoreCheckpointAsync(int amount)
    {
        var (source, key) = ($"s{amount % 3}", $"k{amount % 2}");
        var value = amount % 4 == 0 ? string.Empty : $"alone {amount}";
        await _log.StoreCheckpointsAsync(_log.Source(source), new[] { Journals.Checkpoint(key, value) });
        _checkpoints[(source, key)] = value;
    }

    public async Task CommitAsync(int number, int amount)
    {
        var (cursor, place) = Cursor(number);
        place.Committed = Math.Min(_entries.Count, place.Committed + amount);
        cursor.Commit(new JournalPosition(place.Committed), BitConverter.GetBytes(place.Committed));
        await FlushAsync();
    }

    public Task ReadAsync(int number, int amount)
    {
        var (cursor, place) = Cursor(number);
        var most = (amount % 3) switch
        {
            0 => new JournalReadLimits(MaxData: 1 + amount),
            1 => new JournalReadLimits(MaxBytes: 1 + (10 * amount)),
            _ => new JournalReadLimits(MaxRecords: 1 + (amount / 3)),
        };
        if (!cursor.TryRead(most, out var batch))
        {
            CheckSkipped(place, cursor, place.Next, _entries.Count);
            place.Next = Math.Max(place.Next, _entries.Count);
            return Task.CompletedTask;
        }

        // Ahead of what was expected only over what was dropped, or what is committed and gone.
        var expected = place.Next;
        foreach (var record in batch)
        {
            var at = (int)record.First.Value;
            CheckSkipped(place, cursor, expected, at);
            Assert.Equal((_entries[at].Source, _entries[at].Text), (
                record.Source.Name, Encoding.ASCII.GetString(record.Payload.Span)));
            Assert.True(place.Reads(record.Source.Name), $"{cursor.Name} does not read {record.Source.Name}.");
            Assert.Equal(_entries[at].File, record.GetFile()?.Id);
            expected = at + 1;
        }

        CheckSkipped(place, cursor, expected, batch.End.Value);
        place.Next = batch.End.Value;
        return Task.CompletedTask;
    }

    public async Task RemoveAsync(int number)
    {
        var name = NameOf(number);
        Assert.Equal(_places.Remove(name), _log.RemoveCursor(name));
        await FlushAsync();
    }

    /// <summary>A file that no record comes to refer to.</summary>
    public async Task LoseReferenceAsync()
    {
        using var content = new MemoryStream([1, 2, 3]);
        _ = await _log.StoreFileAsync("orphan", content);
    }

    public async Task RestartAsync(Func<MemoryDisk, MemoryDisk> end)
    {
        var left = end(_disk);
        await _log.DisposeAsync();
        _disk = left;
        await OpenAsync();
    }

    public async Task CloseAndOpenAsync()
    {
        await _log.DisposeAsync();
        _disk = _disk.AfterKill();
        await OpenAsync();
        CheckFiles(isExact: true);
    }

    /// <summary>When all is delivered nothing stays but the books.</summary>
    public async Task FinishAsync()
    {
        foreach (var cursor in _log.Cursors)
        {
            _log.OpenCursor(cursor.Name, OptionsOf(NumberOf(cursor.Name))).Commit(_log.End);
            (_places[cursor.Name].Committed, _places[cursor.Name].Next) = (_entries.Count, _entries.Count);
        }

        await FlushAsync();
        await _log.RollAsync().WaitAsync(Journals.Deadline);
        Assert.InRange(_log.Status.Segments, 0, 1);
        Assert.Empty(_log.ReadAll());
        await CloseAndOpenAsync();
        await CheckAsync();
    }

    public async Task CheckAsync()
    {
        Assert.Equal(_entries.Count, _log.End.Value);
        foreach (var ((source, key), value) in _checkpoints)
        {
            Assert.Equal(value.Length == 0 ? null : value, _log.Latest(key, source));
        }

        foreach (var cursor in _log.Cursors)
        {
            var place = _places[cursor.Name];
            Assert.True(place.IsDropping || cursor.Committed.Value == place.Committed, $"{cursor.Name} moved.");
            Assert.True(cursor.Dropped.Count <= cursor.Committed.Value);
            Assert.True(place.IsDropping || cursor.Dropped.Count == 0);
        }

        var found = _log.ReadAll();
        var first = found.Count > 0 ? (int)found[0].First : _entries.Count;
        Assert.Equal(
            _entries[first..].Select(static e => e.Text), found.Select(static f => f.Text), StringComparer.Ordinal);
        var least = _log.Cursors.Select(static c => c.Committed.Value).DefaultIfEmpty(0).Min();
        Assert.True(first <= Math.Max(least, _log.Start.Value), $"{least} waits, yet {first} is the oldest.");
        CheckFiles(isExact: false);

        // The cursor that read all just now is gone again, also after a kill.
        await FlushAsync();
    }

    public ValueTask DisposeAsync() => _log.DisposeAsync();

    /// <summary>No file is missing that somebody may still read; after a start none is there that nobody can.</summary>
    private void CheckFiles(bool isExact)
    {
        var there = _disk.List(JournalFileNames.Files).ToHashSet(StringComparer.Ordinal);
        var least = _log.Cursors.Select(static c => c.Committed.Value).DefaultIfEmpty(0).Min();
        var needed = _entries.Skip((int)least).Where(static e => e.File is not null);
        Assert.All(needed, e => Assert.Contains(e.File!.Value.ToString("N"), there));
        if (isExact)
        {
            var known = _entries.Where(static e => e.File is not null).Select(static e => e.File!.Value.ToString("N"));
            Assert.Empty(there.Except(known, StringComparer.Ordinal));
        }
    }

    private void CheckSkipped(Place place, JournalCursor cursor, long from, long to)
    {
        for (var at = from; at < to; at++)
        {
            var isDropped = at >= cursor.Dropped.First.Value && at <= cursor.Dropped.Last.Value
                && cursor.Dropped.Count > 0;
            Assert.True(
                isDropped || at < place.Committed || !place.Reads(_entries[(int)at].Source),
                $"{cursor.Name} was not given {at}.");
        }
    }

    private (JournalCursor Cursor, Place Place) Cursor(int number)
    {
        var options = OptionsOf(number);
        var cursor = _log.OpenCursor(NameOf(number), options);
        if (!_places.TryGetValue(cursor.Name, out var place))
        {
            place = new Place(options) { Committed = cursor.Committed.Value, Next = cursor.Committed.Value };
            _places.Add(cursor.Name, place);
        }

        return (cursor, place);
    }

    private async Task FlushAsync() => await Cursor(3).Cursor.FlushAsync().AsTask().WaitAsync(Journals.Deadline);

    private static string NameOf(int number) => $"n{number}";

    private static int NumberOf(string name) => name[1] - '0';

    /// <summary>0 and 1 block and read all or some, 2 reads some from the end on, 3 drops what is too far
    /// behind.</summary>
    private JournalCursorOptions OptionsOf(int number) => number switch
    {
        0 => new JournalCursorOptions(),
        1 => new JournalCursorOptions { Sources = ["s1", "s2"] },
        2 => new JournalCursorOptions { Sources = ["s0"], Start = CursorStart.End },
        _ => new JournalCursorOptions
        {
            Policy = CursorLimitPolicy.DropOldest,
            MaxLagBytes = limits % 4 == 1 ? null : 1 + (limits * 10),
            MaxLagData = limits % 4 is 1 or 2 ? 1 + (limits / 4) : null,
        },
    };

    private sealed record Entry(string Source, string Text, Guid? File);

    private sealed class Place(JournalCursorOptions options)
    {
        public bool IsDropping => options.Policy == CursorLimitPolicy.DropOldest;

        public long Committed { get; set; }

        public long Next { get; set; }

        public bool Reads(string source) => options.Sources?.Contains(source, StringComparer.Ordinal) ?? true;
    }
}
