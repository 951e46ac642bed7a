using System.Text;
using Meridian.Connectors.Files.Files;
using Meridian.Connectors.Files.Parts;
using Meridian.Connectors.Files.Tests.Folder;
using Meridian.Sdk.Faults;

namespace Meridian.Connectors.Files.Tests.Files;

/// <summary>What a folder and its disk refuse, in words; it goes on by itself and nothing is lost.</summary>
public sealed class FilesFaultsTests : IDisposable
{
    private readonly OutFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Connect_FileInTheFoldersPlace_IsSaidAndGoesOnOnceItIsGone()
    {
        await File.WriteAllTextAsync(_folder.Join("file"), "x");
        var context = new FakeNorthContext();
        using var north = Make(context, _folder.Join("file/below"));

        var fault = await Assert.ThrowsAsync<ConnectorException>(() => north.ConnectAsync(CancellationToken.None));
        File.Delete(_folder.Join("file"));
        await north.ConnectAsync(CancellationToken.None);
        await context.DeliverUpToAsync(north, 2);
        await north.DisconnectAsync(CancellationToken.None);

        Assert.Equal((Fault.Unreachable, true), (fault.Fault, fault.IsTransient));
        Assert.Contains("file/below' cannot be written", fault.Message, StringComparison.Ordinal);
        Assert.Single(Directory.GetFiles(_folder.Join("file/below"), "*.part"));
    }

    [Fact]
    public async Task TestConnection_FileInTheFoldersPlace_IsSaidWithTheWayOut()
    {
        await File.WriteAllTextAsync(_folder.Join("file"), "x");
        using var north = Make(new FakeNorthContext(), _folder.Join("file/below"));

        var fault = await Assert.ThrowsAsync<ConnectorException>(
            () => north.TestConnectionAsync(CancellationToken.None));

        Assert.Equal((Fault.Unreachable, true), (fault.Fault, fault.IsTransient));
        Assert.Contains($"'{_folder.Join("file")}' is a file", fault.Message, StringComparison.Ordinal);
        Assert.Contains("remove it or name another", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rights_FolderNotOurs_IsSaidAndGoesOnOnceTheyAreGiven()
    {
        var context = new FakeNorthContext();
        using var north = Make(context, _folder.Join("below"));

        // It is refused before anything is awaited, on the thread that has the rights of nobody.
        var connect = Nobody.Run(() => north.ConnectAsync(CancellationToken.None));
        Assert.True(connect.IsCompleted);
        var fault = await Assert.ThrowsAsync<ConnectorException>(() => connect);
        await north.ConnectAsync(CancellationToken.None);
        await context.DeliverUpToAsync(north, 2);
        await north.DisconnectAsync(CancellationToken.None);

        ExpectNoRight(fault);
        Assert.Single(Directory.GetFiles(_folder.Join("below"), "*.part"));
    }

    [Fact]
    public void TestConnection_FolderNotOurs_IsSaidInWords()
    {
        using var north = Make(new FakeNorthContext(), _folder.Path);

        // On the thread that has the rights of nobody.
        var fault = Nobody.Run(() => Record.Exception(() =>
        {
            _ = north.TestConnectionAsync(CancellationToken.None);
        }));

        ExpectNoRight(Assert.IsType<ConnectorException>(fault));
        Assert.Empty(_folder.Names);
    }

    [Fact]
    public async Task TestConnection_WhereNobodyMayWriteEver_IsSaidInWords()
    {
        using var north = Make(new FakeNorthContext(), "/sys/meridian");

        var fault = await Assert.ThrowsAsync<ConnectorException>(
            () => north.TestConnectionAsync(CancellationToken.None));

        ExpectNoRight(fault);
    }

    [Fact]
    public async Task DiskFull_WhileReadingsAreWritten_IsSaidAndGoesOnOnceThereIsRoom()
    {
        const string Name = "values-20261121T101500Z-000001.csv";
        var part = _folder.Join(Name + ".part");
        File.CreateSymbolicLink(part, "/dev/full");
        var context = new FakeNorthContext(state: Encoding.UTF8.GetBytes($"1 0 {Name}"));
        using var north = Make(context, _folder.Path);
        await north.ConnectAsync(CancellationToken.None);

        var fault = await Assert.ThrowsAsync<ConnectorException>(() => context.DeliverUpToAsync(north, 3));
        await Assert.ThrowsAsync<ConnectorException>(() => north.DisconnectAsync(CancellationToken.None));
        File.Delete(part);
        await File.WriteAllBytesAsync(part, []);
        await north.ConnectAsync(CancellationToken.None);
        await context.DeliverUpToAsync(north, 3);
        await north.DisconnectAsync(CancellationToken.None);
        await north.StopAsync(CancellationToken.None);

        Assert.Equal((Fault.Unreachable, true), (fault.Fault, fault.IsTransient));
        Assert.Contains("is full; make room", fault.Message, StringComparison.Ordinal);
        Assert.Equal([0, 1, 2], _folder.Values());
    }

    [Theory]
    [InlineData(28, Fault.Unreachable, true, "is full")]
    [InlineData(30, Fault.Unauthorized, true, "may not be written")]
    [InlineData(5, Fault.Unreachable, true, "cannot be written")]
    public void Faults_OfTheOperatingSystem_AreMapped(int code, Fault fault, bool isTransient, string words)
    {
        var mapped = WriteFaults.Of(new IOException("Oh.", code), "/data");

        Assert.Equal(fault, mapped.Fault);
        Assert.Equal(isTransient, mapped.IsTransient);
        Assert.Contains(words, mapped.Message, StringComparison.Ordinal);
        Assert.Equal(Fault.Unauthorized, WriteFaults.Of(new UnauthorizedAccessException("No."), "/data").Fault);
    }

    [Fact]
    public async Task TestConnection_FolderThere_TellsFolderRightsTimeAndSpaceAndLeavesNothing()
    {
        using var north = Make(new FakeNorthContext(), _folder.Path);

        var facts = await FactsAsync(north);

        Assert.Equal(_folder.Path, facts["Directory"]);
        Assert.Equal("files can be made, written and removed", facts["Rights"]);
        Assert.EndsWith(" ms", facts["On the disk within"], StringComparison.Ordinal);
        Assert.Matches("^[0-9]", facts["Free space"]);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task TestConnection_FolderNotThere_TellsAndMakesNothing()
    {
        using var north = Make(new FakeNorthContext(), _folder.Join("a/b"));

        var facts = await FactsAsync(north);

        Assert.Equal($"{_folder.Join("a/b")} (will be made)", facts["Directory"]);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    private static FilesNorth Make(FakeNorthContext context, string directory) =>
        new(context, new FilesNorthSettings { Directory = directory });

    private static async Task<IReadOnlyDictionary<string, string>> FactsAsync(FilesNorth north) =>
        (await north.TestConnectionAsync(CancellationToken.None))
            .ToDictionary(static one => one.Key, static one => one.Value, StringComparer.Ordinal);

    private static void ExpectNoRight(ConnectorException fault)
    {
        Assert.Equal((Fault.Unauthorized, true), (fault.Fault, fault.IsTransient));
        Assert.Contains("may not be written", fault.Message, StringComparison.Ordinal);
        Assert.Contains("Give the gateway's user the right to write there", fault.Message, StringComparison.Ordinal);
    }
}
