using System.Globalization;
using System.Text.Json;
using Meridian.Fixtures;
using Meridian.Journal.Cursors;

namespace Meridian.EndToEnd.Tests.Cli;

/// <summary><c>meridian journal</c> on folders of every kind: the exit code, the words, and what it leaves.</summary>
public sealed class JournalToolsTests
{
    [Theory]
    [InlineData(0, "inspect", "good", "positions 0 to 80")]
    [InlineData(0, "inspect", "damaged", "damaged bytes at")]
    [InlineData(0, "verify", "good", "40 records, 0 problems")]
    [InlineData(1, "verify", "damaged", "00000000000000000000-0000.seg: 43 damaged bytes at ")]
    [InlineData(0, "dump", "damaged", "1 problems; 'meridian journal verify' names them.")]
    [InlineData(0, "compact", "damaged", "segments became")]
    [InlineData(0, "renew", "damaged", "from now on; positions 0 to 80")]
    [InlineData(1, "inspect", "newer", "has format version 99; this program knows up to version 2.")]
    [InlineData(1, "verify", "newer", "Run the newer program.")]
    [InlineData(1, "dump", "newer", "Run the newer program.")]
    [InlineData(1, "compact", "newer", "Run the newer program.")]
    [InlineData(1, "renew", "newer id", "'journal.id' has format version 99; this program knows up to version 2.")]
    [InlineData(1, "verify", "nothing in it", "There is no journal in 'HOME'")]
    [InlineData(1, "dump", "nothing in it", "neither a file journal.id nor a segment")]
    [InlineData(1, "compact", "nothing in it", "There is no journal in 'HOME'")]
    [InlineData(1, "renew", "nothing in it", "There is no journal in 'HOME'")]
    [InlineData(1, "inspect", "missing", "There is no folder 'HOME/journal'.")]
    [InlineData(1, "compact", "missing", "There is no folder 'HOME/journal'.")]
    [InlineData(1, "verify", "a file", "'HOME/journal' is a file; name the folder of a journal.")]
    [InlineData(2, "dump --from soon", "good", "--from")]
    [InlineData(2, "verify --loud", "good", "Unrecognized command or argument")]
    public async Task Tool_OnAFolder_SaysWhatItIsAndEndsWithItsCode(int code, string tool, string state, string words)
    {
        using var home = new TempFolder();
        var folder = await JournalFolders.MakeAsync(home, state);
        var before = Snapshot(home.Path);

        var (ended, lines) = await RunAsync([.. tool.Split(' '), folder]);

        var said = string.Join('\n', lines);
        Assert.Equal(code, ended);
        Assert.Contains(
            words.Replace("HOME", home.Path, StringComparison.Ordinal), said, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", said, StringComparison.Ordinal);
        if (code != 0 || tool is "inspect" or "verify" or "dump")
        {
            Assert.Equal(before, Snapshot(home.Path));
        }
    }

    [Fact]
    public async Task Tools_WhileAnotherProcessHasTheJournal_ReadItAndRefuseToChangeIt()
    {
        using var home = new TempFolder();
        var folder = await JournalFolders.MakeAsync(home, "good");
        await using var log = await JournalFolders.OpenAsync(folder);

        // The data folder above is as good a name for it.
        foreach (var (tool, expected) in ((string, int)[])
            [("inspect", 0), ("verify", 0), ("dump", 0), ("compact", 1), ("renew", 1)])
        {
            var (code, lines) = await RunAsync([tool, home.Path]);

            Assert.True(code == expected, $"{tool} ended with {code}: {string.Join('\n', lines)}");
            if (expected != 0)
            {
                Assert.Equal(
                    $"The journal '{folder}' is held by process {Environment.ProcessId}. Stop that process or choose "
                    + "another folder.",
                    lines.Single());
            }
        }
    }

    [Fact]
    public async Task Dump_OfSomeRecords_IsOneObjectEach()
    {
        using var home = new TempFolder();
        var folder = await JournalFolders.MakeAsync(home, "good");

        var (code, lines) = await RunAsync(["dump", folder, "--source", "odd", "--from", "21", "--count", "3"]);

        Assert.Equal((0, 3), (code, lines.Count));
        var records = lines.Select(static line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal([22, 26, 30], records.Select(static r => r.GetProperty("position").GetInt64()));
        Assert.All(records, static record =>
        {
            Assert.Equal("odd", record.GetProperty("source").GetString());
            var number = (int)record.GetProperty("position").GetInt64() / 2;
            Assert.Equal(
                number.ToString("D100", CultureInfo.InvariantCulture),
                System.Text.Encoding.UTF8.GetString(record.GetProperty("payload").GetBytesFromBase64()));
            Assert.Equal(
                BitConverter.GetBytes(number),
                record.GetProperty("checkpoints").GetProperty("item").GetBytesFromBase64());
        });
    }

    [Fact]
    public async Task Dump_OfTheFirstRecord_DoesNotReadOn()
    {
        using var home = new TempFolder();
        var folder = await JournalFolders.MakeAsync(home, "damaged");

        var (code, lines) = await RunAsync(["dump", folder, "--count", "1"]);

        // Neither the sentence about the damage that lies behind it.
        Assert.Equal(0, code);
        Assert.StartsWith("{", Assert.Single(lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compact_AllPassed_LeavesNothingThatIsDamagedAndThePlaces()
    {
        using var home = new TempFolder();
        var folder = await JournalFolders.MakeAsync(home, "damaged");
        await using (var log = await JournalFolders.OpenAsync(folder))
        {
            log.OpenCursor("north", CursorStart.Oldest).Commit(log.End);
        }

        var (code, lines) = await RunAsync(["compact", folder]);

        Assert.Equal(0, code);
        Assert.EndsWith("in 1", lines.Single(), StringComparison.Ordinal);
        var (verified, said) = await RunAsync(["verify", folder]);
        Assert.True(verified == 0, string.Join('\n', said));
        await using var again = await JournalFolders.OpenAsync(folder);
        Assert.Equal(80, again.OpenCursor("north", CursorStart.Oldest).Committed.Value);
    }

    [Fact]
    public async Task Renew_OfAJournal_IsShownByInspect()
    {
        using var home = new TempFolder();
        var folder = await JournalFolders.MakeAsync(home, "good");
        string former;
        await using (var log = await JournalFolders.OpenAsync(folder))
        {
            former = log.Id.ToString();
        }

        var (code, lines) = await RunAsync(["renew", folder]);

        Assert.Equal(0, code);
        var id = lines.Single().Split(' ')[3];
        Assert.Equal($"journal {former} is {id} from now on; positions 0 to 80", lines.Single());
        var (_, shown) = await RunAsync(["inspect", folder]);
        Assert.Equal([$"journal   {id}", $"formerly  {former}"], shown.Take(2), StringComparer.Ordinal);
    }

    private static async Task<(int Code, IReadOnlyList<string> Lines)> RunAsync(string[] words)
    {
        await using var run = GatewayProcess.Start(["journal", .. words]);
        var code = await run.Process.WaitForExitAsync();
        return (code, run.Process.Lines);
    }

    /// <summary>Every file and its content, to see what was touched.</summary>
    private static string Snapshot(string folder) => string.Join('\n', Directory
        .EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        .Where(static path => !path.EndsWith("journal.pid", StringComparison.Ordinal))
        .Select(static path => $"{path} {Convert.ToHexString(File.ReadAllBytes(path))}"));
}
