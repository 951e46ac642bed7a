using System.Globalization;
using System.Text;
using Meridian.Journal.Cursors;
using Meridian.Journal.Tests.Storage;

namespace Meridian.Journal.Tests.Crash;

/// <summary>
/// Works with a journal whose disk may die at any operation, keeps a plain list of what it was promised, and holds the
/// journal to it after each restart.
/// </summary>
internal sealed class CrashRun(MemoryDisk disk, JournalOptions options)
{
    private readonly List<(string Text, int Count)> _sent = [];
    private readonly Dictionary<string, long> _acknowledged = new(StringComparer.Ordinal);
    private readonly HashSet<long> _commits = [0];
    private JournalLog? _log;
    private JournalCursor? _cursor;
    private long _persisted;
    private long _committed;
    private Guid? _id;

    public MemoryDisk Disk { get; private set; } = disk;

    public bool IsDead => Disk.IsDead;

    /// <summary>Opens the journal and demands all that was promised. A disk that dies on the way gives false.</summary>
    public async Task<bool> OpenAsync()
    {
        try
        {
            _log = await Journals.OpenAsync(Disk, options);
        }
        catch (IOException) when (Disk.IsDead)
        {
            return false;
        }

        _cursor = _log.OpenCursor("north", CursorStart.Oldest);
        if (_acknowledged.Count > 0)
        {
            Assert.Equal(_id, _log.Id);
        }

        _id = _log.Id;
        Check();
        return true;
    }

    /// <summary>Appends some records at once; they are kept as promised when they were acknowledged.</summary>
    public async Task AppendAsync(int records, int count, int size)
    {
        var appends = new List<(string Text, Task<JournalPosition> Append)>();
        for (var i = 0; i < records; i++)
        {
            var text = string.Create(CultureInfo.InvariantCulture, $"{_sent.Count}:").PadRight(size, 'x');
            _sent.Add((text, count));
            var source = _log!.Source($"source-{_sent.Count % 3}");
            appends.Add((text, _log.AppendAsync(source, count, Encoding.UTF8.GetBytes(text)).AsTask()));
        }

        foreach (var (text, append) in appends)
        {
            if (await Task.WhenAny(append, Disk.Died).WaitAsync(Journals.Deadline) == append)
            {
                _acknowledged.Add(text, (await append).Value);
            }
        }
    }

    /// <summary>Reads a little and commits it.</summary>
    public void ReadAndCommit(int data)
    {
        if (_cursor!.TryRead(new JournalReadLimits(data), out var batch))
        {
            Commit(Math.Max(batch.End.Value, _committed));
        }
    }

    public void Commit(long position)
    {
        _committed = position;
        _ = _commits.Add(position);
        _cursor!.Commit(new JournalPosition(position), BitConverter.GetBytes(position));
    }

    public long RoomToCommit => _log!.End.Value - _committed;

    public long Committed => _committed;

    /// <summary>Makes the commits durable.</summary>
    public async Task FlushAsync()
    {
        var committed = _committed;
        var flush = _cursor!.FlushAsync().AsTask();
        if (await Task.WhenAny(flush, Disk.Died).WaitAsync(Journals.Deadline) == flush)
        {
            await flush;
            _persisted = committed;
        }
    }

    /// <summary>Ends the process: in order, or by a kill, or with the power.</summary>
    public async Task EndAsync(Func<MemoryDisk, MemoryDisk> next)
    {
        var left = next(Disk);
        if (_log is not null)
        {
            // The old process goes on with the old disk; nobody looks at that one any more.
            await _log.DisposeAsync();
        }

        _log = null;
        Disk = left;
    }

    public async Task CloseAsync()
    {
        await _log!.DisposeAsync();
        _persisted = Disk.IsDead ? _persisted : _committed;
        _log = null;
        Disk = Disk.AfterKill();
    }

    private void Check()
    {
        var committed = _cursor!.Committed.Value;
        Assert.Contains(committed, _commits);
        Assert.InRange(committed, _persisted, _committed);
        var state = _cursor.State.ToArray();
        Assert.Equal(state.Length == 0 ? 0 : committed, state.Length == 0 ? committed : BitConverter.ToInt64(state));
        Assert.True(_log!.Start.Value <= committed, "A segment was deleted that was not committed.");
        _committed = _persisted = committed;
        _ = _commits.RemoveWhere(c => c > committed);

        // The journal deletes what is committed in its own time: what is read may begin anywhere up to there.
        var start = _log.Start.Value;
        var found = _log.ReadAll();
        var first = found.Count > 0 ? found[0].First : _log.End.Value;
        Assert.InRange(first, start, Math.Max(start, committed));
        var next = first;
        var sent = -1;
        foreach (var record in found)
        {
            var index = int.Parse(
                record.Text[..record.Text.IndexOf(':', StringComparison.Ordinal)], CultureInfo.InvariantCulture);
            Assert.Equal(_sent[index], (record.Text, record.Count));
            Assert.True(index > sent, $"'{record.Text}' comes twice or too late.");
            Assert.True(next == record.First, $"'{record.Text}' is at {record.First}, expected {next}.");
            sent = index;
            next = record.First + record.Count;
        }

        Assert.Equal(_log.End.Value, next);
        var texts = found.ToDictionary(static f => f.Text, static f => f.First, StringComparer.Ordinal);
        foreach (var (text, position) in _acknowledged.Where(a => a.Value >= first))
        {
            Assert.True(texts.TryGetValue(text, out var at), $"'{text}' at {position} was acknowledged and is lost.");
            Assert.Equal(position, at);
        }

        // What came back without having been acknowledged is in the journal from now on.
        foreach (var (text, position) in texts)
        {
            _acknowledged[text] = position;
        }
    }
}
