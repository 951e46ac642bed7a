using Meridian.Journal.Cursors;
using Meridian.Journal.Faults;
using Meridian.Journal.Format;
using Meridian.Journal.Tests.Storage;

namespace Meridian.Journal.Tests;

public sealed class RecoveryTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(4096)]
    public async Task Open_SegmentThatWasJustBeingBegun_IsNoDamage(int zeros)
    {
        var left = await MakeAsync(["one", "two"]);
        using (var begun = left.Create(JournalFileNames.Segment(2, 0)))
        {
            begun.Write(new byte[zeros], 0);
        }

        await using var log = await Journals.OpenAsync(left);

        Assert.Equal("one,two", log.Texts());
        Assert.Equal((false, 0), (log.Recovery.IsDamaged, log.Recovery.DamagedHeaders));
        Assert.Empty(left.List("damaged"));
    }

    [Fact]
    public async Task Open_TailTornAtEveryByte_KeepsAllBeforeIt()
    {
        var disk = await MakeAsync(["one", "two", "three"]);
        disk.Remove(JournalFileNames.IndexSlots[0]);
        disk.Remove(JournalFileNames.IndexSlots[1]);
        var name = Segments(disk).Single();
        var length = disk.Content(name).Length;
        var last = length - RecordHeader.Size - "three".Length;

        for (var cut = last; cut <= length; cut++)
        {
            var left = disk.AfterKill();
            left.Damage(name, bytes => bytes[..cut]);
            await using var log = await Journals.OpenAsync(left);

            Assert.Equal(cut == length ? "one,two,three" : "one,two", log.Texts());

            // Zeros at its end cannot be told from space that was made ahead.
            var torn = disk.Content(name).AsSpan(last, cut - last).LastIndexOfAnyExcept((byte)0) + 1;
            Assert.Equal(cut == length ? 0 : torn, log.Recovery.TornBytes);
            Assert.False(log.Recovery.IsDamaged);
            _ = await log.PutAsync("four");
            Assert.Equal(cut == length ? 4 : 3, log.End.Value);
        }
    }

    [Fact]
    public async Task Open_TailOfZeros_IsCut()
    {
        var disk = await MakeAsync(["one", "two"]);
        disk.Damage(Segments(disk).Single(), static bytes => [.. bytes, .. new byte[1000]]);

        await using var log = await Journals.OpenAsync(disk);

        Assert.Equal("one,two", log.Texts());
        Assert.Equal(0, log.Recovery.TornBytes);
        Assert.False(log.Recovery.IsDamaged);
    }

    [Fact]
    public async Task Open_EveryByteOfTheNewestSegmentFlipped_OpensAndKeepsTheRest()
    {
        var disk = await MakeAsync(["one", "two", "three", "four"]);
        var name = Segments(disk).Single();
        for (var at = 0; at < disk.Content(name).Length; at++)
        {
            var copy = disk.AfterKill();
            copy.Damage(name, bytes => Flip(bytes, at));
            await using var log = await Journals.OpenAsync(copy);
            var texts = log.ReadAll();

            Assert.True(texts.Count >= 3, $"Byte {at} cost {4 - texts.Count} records.");
            Assert.All(texts, static t => Assert.Contains(
                t.Text, (string[])["one", "two", "three", "four"], StringComparer.Ordinal));
            _ = await log.PutAsync("five");
            Assert.EndsWith("five", log.Texts(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Read_DamageInAnOlderSegment_IsPassedAndCounted()
    {
        var disk = await MakeAsync([.. Enumerable.Range(0, 30).Select(static i => $"{i:D4}")]);
        var name = Segments(disk)[1];
        disk.Damage(name, static bytes => Flip(bytes, SegmentHeader.Size + (2 * RecordHeader.Size) + 2));

        await using var log = await Journals.OpenAsync(disk);
        var found = log.ReadAll();

        Assert.Equal(29, found.Count);
        Assert.True(log.Status.DamagedBytes > 0);
        Assert.Equal(30, log.End.Value);
        _ = await log.PutAsync("wakes the writer");
        await Journals.WaitUntilAsync(() => disk.List("damaged").Count == 1);
        var setAside = disk.List("damaged").Single();
        Assert.StartsWith($"{name}@", setAside, StringComparison.Ordinal);
        Assert.Equal(log.Status.DamagedBytes, disk.Content($"damaged/{setAside}").Length);
    }

    [Fact]
    public async Task Open_DamageInTheNewestSegment_IsSetAsideAndCounted()
    {
        var disk = await MakeAsync(["one", "two", "three"]);
        var name = Segments(disk).Single();
        disk.Damage(name, static bytes => Flip(bytes, SegmentHeader.Size + (2 * RecordHeader.Size) + 2));

        await using var log = await Journals.OpenAsync(disk);

        Assert.Equal("two,three", log.Texts());
        Assert.Equal((1, 43), (log.Recovery.DamagedPlaces, log.Recovery.DamagedBytes));
        Assert.Equal(43, disk.Content($"damaged/{disk.List("damaged").Single()}").Length);
    }

    [Fact]
    public async Task Open_DamageInTheVeryLastRecord_IsSetAsideToo()
    {
        var disk = await MakeAsync(["one", "two", "three"]);
        disk.Remove(JournalFileNames.IndexSlots[0]);
        disk.Remove(JournalFileNames.IndexSlots[1]);
        disk.Damage(Segments(disk).Single(), static bytes => Flip(bytes, bytes.Length - 2));

        await using (var log = await Journals.OpenAsync(disk))
        {
            Assert.Equal("one,two", log.Texts());
            Assert.Equal((1, 45), (log.Recovery.DamagedPlaces, log.Recovery.DamagedBytes));
            var setAside = disk.Content($"damaged/{disk.List("damaged").Single()}");
            Assert.EndsWith("three", System.Text.Encoding.ASCII.GetString(Flip(setAside, setAside.Length - 2)),
                StringComparison.Ordinal);
            _ = await log.PutAsync("four");
            Assert.Equal("one,two,four", log.Texts());
        }

        await using var again = await Journals.OpenAsync(disk.AfterKill());
        Assert.Equal("one,two,four", again.Texts());
    }

    [Fact]
    public async Task Open_RecordHalfWrittenIntoRoomMadeAhead_IsATornTailAndNoDamage()
    {
        var disk = await MakeAsync(["one", "two", "three"]);
        var name = Segments(disk).Single();
        var length = disk.Content(name).Length;
        for (var cut = length - RecordHeader.Size - "three".Length; cut < length; cut++)
        {
            var torn = disk.AfterKill();
            torn.Remove(JournalFileNames.IndexSlots[0]);
            torn.Remove(JournalFileNames.IndexSlots[1]);
            torn.Damage(name, bytes => [.. bytes[..cut], .. new byte[1000]]);
            await using var log = await Journals.OpenAsync(torn);

            Assert.Equal("one,two", log.Texts());
            Assert.False(log.Recovery.IsDamaged, $"{cut}: {log.Recovery}");
            Assert.Empty(torn.List("damaged"));
        }
    }

    [Fact]
    public async Task Read_SegmentMissing_GoesOnAfterTheGap()
    {
        var disk = await MakeAsync([.. Enumerable.Range(0, 30).Select(static i => $"{i:D4}")]);
        disk.Remove(Segments(disk)[1]);

        await using var log = await Journals.OpenAsync(disk);
        var found = log.ReadAll();

        Assert.InRange(found.Count, 20, 29);
        Assert.Equal(29, found[^1].First);
        var gap = log.Recovery.Gaps.Single();
        Assert.Equal(30 - found.Count, gap.End - gap.First);
        Assert.Equal(gap.End - gap.First, log.Recovery.MissingData);
        Assert.DoesNotContain(found, f => f.First >= gap.First.Value && f.First < gap.End.Value);
        Assert.True(log.Recovery.IsDamaged);
    }

    [Fact]
    public async Task Open_CursorBeyondTheEnd_NeverUsesThosePositionsAgain()
    {
        var disk = await MakeAsync(["one", "two", "three"],
            static log => log.OpenCursor("n", CursorStart.Oldest).Commit(new(3)));
        disk.Remove(Segments(disk).Single());

        await using var log = await Journals.OpenAsync(disk);

        Assert.Equal(3, log.Recovery.MissingData);
        Assert.Equal(3, (await log.PutAsync("four")).Value);
        Assert.True(log.OpenCursor("n", CursorStart.Oldest).TryRead(default, out var batch));
        Assert.Equal(3, batch.First.Value);
    }

    [Fact]
    public async Task Open_IdentityLostOrDamaged_IsTakenFromTheSegments()
    {
        var id = Guid.Empty;
        var disk = await MakeAsync(["one"], log => id = log.Id);
        var damaged = disk.AfterKill();
        damaged.Damage(JournalFileNames.Identity, static bytes => Flip(bytes, 10));
        disk.Remove(JournalFileNames.Identity);

        foreach (var found in new[] { disk, damaged })
        {
            await using var log = await Journals.OpenAsync(found);
            Assert.Equal(id, log.Id);
            Assert.True(log.Recovery.IdentityRestored);
            Assert.Equal("one", log.Texts());
        }
    }

    [Fact]
    public async Task Open_NewerVersion_IsRefusedAndNothingIsChanged()
    {
        var disk = await MakeAsync(["one"]);
        var name = Segments(disk).Single();
        disk.Damage(name, static bytes =>
        {
            BitConverter.TryWriteBytes(bytes.AsSpan(8), 3u);
            BitConverter.TryWriteBytes(bytes.AsSpan(60), Crc32C.Compute(bytes.AsSpan(0, 60)));
            return bytes;
        });
        var before = disk.Content(name);

        var fault = await Assert.ThrowsAsync<JournalUnsupportedVersionException>(() => Journals.OpenAsync(disk));

        Assert.Equal(3, fault.FoundVersion);
        Assert.False(fault.IsTransient);
        Assert.Equal(before, disk.Content(name));
    }

    [Fact]
    public async Task Open_SecondTime_IsRefusedWithTheProcessId()
    {
        var folder = Directory.CreateTempSubdirectory("meridian-journal-").FullName;
        try
        {
            var options = new JournalOptions { Folder = folder };
            await using (var log = await JournalLog.OpenAsync(options))
            {
                var fault = await Assert.ThrowsAsync<JournalLockedException>(() => JournalLog.OpenAsync(options));
                Assert.Equal(Environment.ProcessId, fault.ProcessId);
                Assert.Contains($"held by process {Environment.ProcessId}.", fault.Message, StringComparison.Ordinal);
            }

            await using var again = await JournalLog.OpenAsync(options);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Open_BadOptions_NamesThemAll()
    {
        var options = new JournalOptions { Folder = " ", SegmentBytes = 1, MaxBytes = 1, CursorLag = 0 };

        var fault = await Assert.ThrowsAsync<ArgumentException>(() => JournalLog.OpenAsync(options));

        Assert.Equal(4, options.Validate().Count);
        Assert.Contains(nameof(JournalOptions.CursorLag), fault.Message, StringComparison.Ordinal);
    }

    private static async Task<MemoryDisk> MakeAsync(string[] texts, Action<JournalLog>? before = null)
    {
        var disk = new MemoryDisk();
        await using (var log = await Journals.OpenAsync(disk, Journals.Options(segment: 400)))
        {
            foreach (var text in texts)
            {
                _ = await log.PutAsync(text);
            }

            before?.Invoke(log);
        }

        return disk.AfterKill();
    }

    private static List<string> Segments(MemoryDisk disk) => [.. disk.List()
        .Where(static n => JournalFileNames.TryParseSegment(n, out _, out _)).Order(StringComparer.Ordinal)];

    private static byte[] Flip(byte[] bytes, int at)
    {
        bytes[at] ^= 0x10;
        return bytes;
    }
}
