using System.Diagnostics.CodeAnalysis;
using System.Text;
using Meridian.Connectors.Files.Folder;
using Meridian.Fixtures;
using Meridian.Sdk.Faults;
using Meridian.Sdk.Settings;
using Meridian.Sdk.South;
using Meridian.Testing.Contexts;
using Xunit.Abstractions;

namespace Meridian.Connectors.Files.Tests.Folder;

[SuppressMessage(
    "Design",
    "CA1001:Types that own disposable fields should be disposable",
    Justification = "The test framework calls DisposeAsync.")]
[Collection(nameof(FolderSouthTests))]
public sealed class FolderSouthTests(ITestOutputHelper output) : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly TestSouthContext _context = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _context.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Listing_OfNamesOfAllKinds_HasEachAsItIs()
    {
        string[] names =
            ["a.csv", "Ä 漢字 🌡.csv", "line\nbreak.csv", "back\\slash", " lead", "A.CSV", "sub/deep/b", "-x"];
        Array.ForEach(names, name => _folder.Write(name, name));

        var found = await ListAsync(new FolderItemSettings { Files = new FileRules { IsRecursive = true } });

        Assert.Equal(
            names.Order(StringComparer.Ordinal), found.Keys.Order(StringComparer.Ordinal), StringComparer.Ordinal);
        foreach (var (name, file) in found)
        {
            Assert.Equal(name, await ReadAsync(file));
            Assert.Equal(Encoding.UTF8.GetByteCount(name), file.LengthBytes);
            Assert.Equal(DateTimeOffset.UnixEpoch.AddYears(50), file.Modified);
        }

        Assert.Equal(
            names.Where(static name => !name.Contains('/', StringComparison.Ordinal)).Order(StringComparer.Ordinal),
            (await ListAsync(new FolderItemSettings())).Keys.Order(StringComparer.Ordinal),
            StringComparer.Ordinal);
        Assert.Equal("b", Assert.Single(await ListAsync(new FolderItemSettings { Path = "sub/deep" })).Key);
    }

    [Fact]
    public async Task Listing_OfManyFiles_TakesNoMoreMemoryThanOne()
    {
        var count = TestMode.Pick(100_000, 10_000);
        var many = Directory.CreateDirectory(_folder.Join("many")).FullName;
        for (var i = 0; i < count; i++)
        {
            await File.WriteAllBytesAsync(Path.Combine(many, $"{i:D6}.csv"), []);
        }

        var south = South();
        var (listed, most, before) = (0, 0L, GC.GetTotalMemory(forceFullCollection: true));
        await foreach (var _ in south.QueryFileAsync(ItemOf(new FolderItemSettings { Path = "many" }), default))
        {
            if (++listed % (count / 4) == 0)
            {
                most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true) - before);
            }
        }

        output.WriteLine($"{listed} files, at most {most / 1e6:F1} MB held");
        Assert.Equal(count, listed);
        Assert.InRange(most, long.MinValue, 8_000_000);
    }

    [Fact]
    public async Task Archive_WithinTheFolder_IsNotListedAndNamesAreKeptApart()
    {
        var rules = new FileRules { IsRecursive = true, Afterwards = FileAfterwards.Archive, ArchiveFolder = "x/done" };
        var item = new FolderItemSettings { Files = rules };
        for (var time = 1; time <= 3; time++)
        {
            _folder.Write("sub/a.csv", $"{time}");
            var file = Assert.Single(await ListAsync(item)).Value;
            Assert.Equal("sub/a.csv", file.Path);
            await file.MoveTo!(rules.ArchiveFolder, default);
        }

        Assert.Empty(await ListAsync(item));
        Assert.Equal("1", await File.ReadAllTextAsync(_folder.Join("x", "done", "sub", "a.csv")));
        Assert.Equal("2", await File.ReadAllTextAsync(_folder.Join("x", "done", "sub", "a.2.csv")));
        Assert.Equal("3", await File.ReadAllTextAsync(_folder.Join("x", "done", "sub", "a.3.csv")));

        // Elsewhere by an absolute path, and within by one.
        var within = item with { Files = rules with { ArchiveFolder = _folder.Join("abs") } };
        _folder.Write("b.csv");
        await (await ListAsync(within))["b.csv"].MoveTo!(_folder.Join("abs"), default);
        Assert.False((await ListAsync(within)).ContainsKey("abs/b.csv"));
        Assert.True(File.Exists(_folder.Join("abs", "b.csv")));
    }

    [Fact]
    public async Task Move_ToAnotherFileSystem_CopiesItOverWhatAKillHasLeft()
    {
        var path = _folder.Write("a.csv", "whole");
        var target = _folder.Join("b.csv");
        await File.WriteAllTextAsync(target + ".moving", "a longer rest of a copy that was killed");

        await FolderMove.CopyAsync(path, target, default);

        Assert.Equal("whole", await File.ReadAllTextAsync(target));
        Assert.Equal(File.GetLastWriteTimeUtc(path), File.GetLastWriteTimeUtc(target));
        Assert.False(File.Exists(target + ".moving"));
        if (OperatingSystem.IsLinux() && Directory.Exists("/dev/shm"))
        {
            // Memory is another file system than the disk on most machines; on the others it is renamed.
            var shared = Path.Combine("/dev/shm", Path.GetFileName(_folder.Path));
            await FolderMove.MoveAsync(path, shared, default);
            Assert.Equal("whole", await File.ReadAllTextAsync(Path.Combine(shared, "a.csv")));
            Assert.False(File.Exists(path));
            Directory.Delete(shared, recursive: true);
        }
    }

    [Fact]
    public async Task File_WrittenToOrGoneSinceItWasListed_IsNeitherRemovedNorInvented()
    {
        _folder.Write("changed", "one");
        _folder.Write("gone", "two");
        _folder.Write("empty", string.Empty);
        var found = await ListAsync(new FolderItemSettings());
        await File.WriteAllTextAsync(_folder.Join("changed"), "another");
        File.Delete(_folder.Join("gone"));
        File.Delete(_folder.Join("empty"));

        await found["changed"].Delete!(default);
        await found["changed"].MoveTo!("archive", default);
        await found["gone"].Delete!(default);
        await found["gone"].MoveTo!("archive", default);

        Assert.Equal("another", await File.ReadAllTextAsync(_folder.Join("changed")));
        await Assert.ThrowsAsync<FileNotFoundException>(async () => await found["gone"].OpenRead(default));
        await Assert.ThrowsAsync<FileNotFoundException>(async () => await found["empty"].OpenRead(default));
    }

    [Fact]
    public async Task File_BeingRead_MayBeWrittenRenamedAndDeleted()
    {
        var path = _folder.Write("a", new string('x', 200_000));
        var file = (await ListAsync(new FolderItemSettings()))["a"];
        var stream = await file.OpenRead(default);
        await using (stream)
        {
            Assert.True(await stream.ReadAsync(new byte[1]) == 1);
            await File.AppendAllTextAsync(path, "more");
            File.Move(path, _folder.Join("b"));
            File.Delete(_folder.Join("b"));
            await stream.CopyToAsync(Stream.Null);
        }
    }

    [Fact]
    public async Task Links_AreFollowedOnlyWhereAskedAndNeverRound()
    {
        _folder.Write("real/a", "one");
        _folder.Write("outside", "two");
        Directory.CreateDirectory(_folder.Join("in"));
        File.CreateSymbolicLink(_folder.Join("in", "file"), _folder.Join("outside"));
        File.CreateSymbolicLink(_folder.Join("in", "broken"), _folder.Join("nowhere"));
        Directory.CreateSymbolicLink(_folder.Join("in", "folder"), _folder.Join("real"));
        Directory.CreateSymbolicLink(_folder.Join("in", "round"), _folder.Join("in"));
        var item = new FolderItemSettings { Path = "in", Files = new FileRules { IsRecursive = true } };

        Assert.Empty(await ListAsync(item));
        var found = await ListAsync(item, followLinks: true);
        Assert.Equal("file folder/a", string.Join(' ', found.Keys.Order(StringComparer.Ordinal)));
        Assert.Equal(("two", 3L), (await ReadAsync(found["file"]), found["file"].LengthBytes));
    }

    [Fact]
    public async Task Folder_ThatIsMissing_IsToldInWordsAndFoundWhenItIsThere()
    {
        var gone = await Assert.ThrowsAsync<ConnectorException>(
            () => ListAsync(new FolderItemSettings { Path = "later" }));
        Assert.Equal(
            $"There is no folder '{_folder.Join("later")}' for item 'files'. "
            + "Make it, or correct the item's path; it is "
            + "looked for again.",
            gone.Message);
        Assert.False(gone.IsTransient);

        _folder.Write("later/a");
        Assert.Single(await ListAsync(new FolderItemSettings { Path = "later" }));

        var south = new FolderSouth(_context, new FolderSettings { Folder = _folder.Join("nowhere") });
        var absent = await Assert.ThrowsAsync<ConnectorException>(() => south.ConnectAsync(default));
        Assert.True(absent is { Fault: Fault.Unreachable, IsTransient: true }, absent.Message);
        Assert.StartsWith($"There is no folder '{_folder.Join("nowhere")}'.", absent.Message, StringComparison.Ordinal);
        var file = new FolderSouth(_context, new FolderSettings { Folder = _folder.Write("file") });
        Assert.Contains(
            "is a file and no folder",
            (await Assert.ThrowsAsync<ConnectorException>(() => file.ConnectAsync(default))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public void Folder_ThatMayNotBeRead_IsToldInWordsAndTheOthersAreListed()
    {
        _folder.Write("open/a");
        _folder.Write("shut/b");
        var shut = _folder.Join("shut");
        File.SetUnixFileMode(_folder.Path, (UnixFileMode)0b111_101_101);
        File.SetUnixFileMode(shut, UnixFileMode.None);
        var place = new FolderPlace(_folder.Path, Archive: null, IsRecursive: true, FollowsLinks: false);
        var found = new List<string>();

        var fault = Nobody.Run(() => Assert.Throws<ConnectorException>(() =>
        {
            foreach (var file in new FolderListing(place, "files").Files())
            {
                found.Add(file.ToSource().Path);
            }
        }));

        Assert.Equal("open/a", Assert.Single(found));
        Assert.True(fault is { Fault: Fault.Unauthorized, IsTransient: false });
        Assert.StartsWith($"The folder '{shut}' may not be read:", fault.Message, StringComparison.Ordinal);
        File.SetUnixFileMode(shut, (UnixFileMode)0b111_000_000);
        Assert.Equal(2, new FolderListing(place, "files").Files().Count());
    }

    [Fact]
    public async Task Test_OfTheConnection_TellsFactsAndTouchesNothing()
    {
        _folder.Write("a");
        _folder.Write("b");
        var facts = await South().TestConnectionAsync(default);

        Assert.Equal(
            [("Folder", _folder.Path), ("Files in it", "2"), ("Newest", "2020-01-01 00:00:00Z"),
                ("May be deleted and moved", "yes")],
            facts.Select(static one => (one.Key, one.Value)));
        Assert.Equal(2, Directory.GetFileSystemEntries(_folder.Path).Length);
    }

    [Fact]
    public void Check_OfWrongSettings_FindsAllWithTheirPaths()
    {
        var settings = new FolderSettings { Folder = "in" };
        Item[] items =
        [
            new("out", new FolderItemSettings { Path = "../other" }),
            new("archive", new FolderItemSettings
            {
                Path = "a",
                Files = new FileRules { Afterwards = FileAfterwards.Archive, ArchiveFolder = ".." },
            }),
            new("rows", new FolderItemSettings
            {
                Content = FolderContent.Readings,
                Csv = new() { Delimiter = '#' },
                Rows = new() { Point = "{nothing}" },
            }),
            new("right", new FolderItemSettings { Path = "a/../b" }),
        ];

        Assert.Equal(
            ["items[0].path", "items[1].files.archiveFolder", "items[2].csv.delimiter", "items[2].rows.point"],
            FolderCheck.Find(settings, items).Select(static problem => problem.Path),
            StringComparer.Ordinal);
        SettingsProblem empty = Assert.Single(FolderCheck.Find(settings with { Folder = " " }, items));
        Assert.Equal("settings.folder", empty.Path);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Contains(
                "mount it here",
                Assert.Single(FolderCheck.Find(settings with { Folder = @"\\server\share" }, [])).Message,
                StringComparison.Ordinal);
        }
    }

    private static Item ItemOf(FolderItemSettings settings) => new("files", settings);

    private static async Task<string> ReadAsync(SourceFile file)
    {
        using var reader = new StreamReader(await file.OpenRead(default));
        return await reader.ReadToEndAsync();
    }

    private FolderSouth South(bool followLinks = false) =>
        new(_context, new FolderSettings { Folder = _folder.Path, FollowLinks = followLinks });

    private async Task<Dictionary<string, SourceFile>> ListAsync(FolderItemSettings item, bool followLinks = false) =>
        await South(followLinks).QueryFileAsync(ItemOf(item), default)
            .ToDictionaryAsync(static file => file.Path, StringComparer.Ordinal);
}

/// <summary>Memory is the whole process's, so nothing else runs while it is measured.</summary>
[CollectionDefinition(nameof(FolderSouthTests), DisableParallelization = true)]
[SuppressMessage("Naming", "CA1711:Identifiers should not have incorrect suffix", Justification = "It is one.")]
public sealed class FolderSouthCollection;
