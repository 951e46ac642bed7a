using System.Globalization;
using System.Text;
using Meridian.Fixtures;
using Meridian.Journal.Cursors;
using Meridian.Journal.Tests.Storage;

namespace Meridian.Journal.Tests.Crash;

/// <summary>
/// Seeded runs of random work with checkpoints, several cursors and a disk that dies at a random
/// operation; then the promises are demanded of what is left.
/// </summary>
public sealed class PowerCutRuns
{
    private static int Runs => TestMode.IsLong ? 2000 : 200;

    [Fact]
    public async Task PowerCut_RandomWorkAtARandomOperation_KeepsEveryPromise()
    {
        var first = Seed.Given ?? 1;
        for (var seed = first; seed < first + Runs; seed++)
        {
            try
            {
                await RunAsync(new Random(seed), diesAt: null);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"MERIDIAN_TEST_SEED={seed}: {e.Message}", e);
            }
        }
    }

    [Fact]
    public async Task PowerCut_SmallWorkAtEveryOperation_KeepsEveryPromise()
    {
        for (var diesAt = 1; diesAt <= (TestMode.IsLong ? 400 : 120); diesAt++)
        {
            try
            {
                await RunAsync(new Random(4711), diesAt);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"Cut at {diesAt}: {e.Message}", e);
            }
        }
    }

    private static async Task RunAsync(Random dice, int? diesAt)
    {
        var disk = new MemoryDisk();
        var promises = new Promises();
        var options = new JournalOptions
        {
            Folder = "memory",
            SegmentBytes = dice.Next(100, 900),
            MaxBytes = 1 << 20,
            CursorDelay = TimeSpan.FromDays(1),
            RetryDelay = TimeSpan.FromMilliseconds(1),
            ReserveBytes = 0,
        };
        for (var life = 0; life < 3; life++)
        {
            disk.DiesAt = disk.Operations + (diesAt ?? dice.Next(5, 150));
            await LiveAsync(disk, options, promises, dice);
            disk = disk.AfterPowerCut(dice);
            await using var log = await Journals.OpenAsync(disk, options);
            promises.Check(log);
        }
    }

    private static async Task LiveAsync(MemoryDisk disk, JournalOptions options, Promises promises, Random dice)
    {
        JournalLog log;
        try
        {
            log = await Journals.OpenAsync(disk, options);
        }
        catch (IOException) when (disk.IsDead)
        {
            return;
        }

        for (var step = 0; step < 60 && !disk.IsDead; step++)
        {
            switch (dice.Next(6))
            {
                case < 4:
                    await promises.AppendAsync(log, disk, dice);
                    break;
                case 4:
                    promises.Commit(log, dice);
                    break;
                default:
                    await promises.FlushAsync(log, disk, dice);
                    break;
            }
        }

        // The old process goes on with the old disk; nobody looks at that one any more.
        await log.DisposeAsync();
    }

    /// <summary>What was promised, in plain lists.</summary>
    private sealed class Promises
    {
        private static readonly string[] Names = ["north", "south"];

        private readonly Dictionary<string, long> _acknowledged = new(StringComparer.Ordinal);
        private readonly HashSet<string> _sent = new(StringComparer.Ordinal);
        private readonly Dictionary<string, long> _committed = new(StringComparer.Ordinal);
        private readonly Dictionary<string, long> _persisted = new(StringComparer.Ordinal);
        private readonly Dictionary<string, int> _checkpoint = new(StringComparer.Ordinal);
        private readonly Dictionary<string, int> _sentCheckpoint = new(StringComparer.Ordinal);
        private int _next;

        public async Task AppendAsync(JournalLog log, MemoryDisk disk, Random dice)
        {
            var number = _next++;
            var key = $"key-{dice.Next(4)}";
            var text = string.Create(CultureInfo.InvariantCulture, $"{number}:{key}:")
                .PadRight(dice.Next(10, 120), 'x');
            _ = _sent.Add(text);
            _sentCheckpoint[key] = number;
            var append = log.AppendAsync(
                log.Source("a"),
                1,
                Encoding.UTF8.GetBytes(text),
                0,
                new[] { Journals.Checkpoint(key, number.ToString(CultureInfo.InvariantCulture)) }).AsTask();
            if (await Task.WhenAny(append, disk.Died).WaitAsync(Journals.Deadline) == append)
            {
                _acknowledged.Add(text, (await append).Value);
                _checkpoint[key] = number;
            }
        }

        public void Commit(JournalLog log, Random dice)
        {
            var name = Names[dice.Next(Names.Length)];
            var cursor = log.OpenCursor(name, CursorStart.Oldest);
            var position = cursor.Committed.Value + dice.NextInt64(log.End.Value - cursor.Committed.Value + 1);
            cursor.Commit(new JournalPosition(position), BitConverter.GetBytes(position));
            _committed[name] = Math.Max(position, _committed.GetValueOrDefault(name));
        }

        public async Task FlushAsync(JournalLog log, MemoryDisk disk, Random dice)
        {
            var name = Names[dice.Next(Names.Length)];
            var cursor = log.OpenCursor(name, CursorStart.Oldest);
            var committed = cursor.Committed.Value;
            var flush = cursor.FlushAsync().AsTask();
            if (await Task.WhenAny(flush, disk.Died).WaitAsync(Journals.Deadline) == flush)
            {
                await flush;
                _persisted[name] = committed;
            }
        }

        public void Check(JournalLog log)
        {
            Assert.Equal(0, log.Recovery.MissingData);
            foreach (var name in Names)
            {
                var cursor = log.OpenCursor(name, CursorStart.Oldest);
                Assert.InRange(
                    cursor.Committed.Value,
                    _persisted.GetValueOrDefault(name),
                    Math.Max(_committed.GetValueOrDefault(name), log.Start.Value));
                Assert.True(
                    cursor.State.IsEmpty || BitConverter.ToInt64(cursor.State.Span) == cursor.Committed.Value,
                    "State and place were stored apart.");
            }

            // The journal deletes what is committed in its own time: what is read may begin anywhere up to there.
            var start = log.Start.Value;
            var found = log.ReadAll();
            var first = found.Count > 0 ? found[0].First : log.End.Value;
            var passed = Names.Min(name => log.OpenCursor(name, CursorStart.Oldest).Committed.Value);
            Assert.InRange(first, start, Math.Max(start, passed));
            var next = first;
            var sent = -1;
            foreach (var record in found)
            {
                Assert.True(_sent.Contains(record.Text), $"'{record.Text}' was invented.");
                Assert.Equal(next, record.First);
                var number = int.Parse(
                    record.Text[..record.Text.IndexOf(':', StringComparison.Ordinal)], CultureInfo.InvariantCulture);
                Assert.True(number > sent, $"'{record.Text}' comes twice or too late.");
                (next, sent) = (record.First + 1, number);
            }

            Assert.Equal(log.End.Value, next);
            var texts = found.ToDictionary(static f => f.Text, static f => f.First, StringComparer.Ordinal);
            foreach (var (text, position) in _acknowledged.Where(a => a.Value >= first))
            {
                Assert.True(
                    texts.TryGetValue(text, out var at) && at == position, $"'{text}' at {position} is lost.");
            }

            CheckCheckpoints(log, found);
            foreach (var (text, position) in texts)
            {
                // What came back without having been acknowledged is in the journal from now on.
                _acknowledged[text] = position;
            }
        }

        private void CheckCheckpoints(JournalLog log, List<Found> found)
        {
            foreach (var (key, last) in _sentCheckpoint)
            {
                var least = _checkpoint.GetValueOrDefault(key, -1);
                var latest = log.Latest(key) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : -1;
                Assert.InRange(latest, least, last);

                // Never ahead of its content, never behind it either: they are one record.
                var newest = found.Where(f => f.Text.Contains($":{key}:", StringComparison.Ordinal))
                    .Select(static f => int.Parse(f.Text.Split(':')[0], CultureInfo.InvariantCulture))
                    .DefaultIfEmpty(-1).Max();
                Assert.True(
                    newest < 0 || newest == latest, $"'{key}' says {latest}, its newest record {newest}.");
                _checkpoint[key] = latest;
            }
        }
    }
}
