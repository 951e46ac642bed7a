using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Meridian.Connectors.Sqlite.South;
using Meridian.Fixtures;
using Meridian.Formats.Rows;
using Meridian.Formats.Sql;
using Meridian.Sdk.Faults;
using Meridian.Sdk.Readings;
using Meridian.Sdk.South;

namespace Meridian.Connectors.Sqlite.Tests.South;

/// <summary>
/// What is wrong with the file or in it: it is said in words that help, comes right by itself once the file is well,
/// and the rows are still there.
/// </summary>
public sealed class SqliteFaultsTests : IAsyncDisposable
{
    private readonly SouthRig _rig = new();

    private string Path => _rig.File.Path;

    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task File_ThatIsNotThere_IsNamedAndNotMadeAndReadOnceItIs()
    {
        var south = _rig.Make();

        var fault = await ConnectFaultAsync(south);

        Says(fault, Fault.Unreachable, $"There is no file '{Path}'", "settings.file", "is mounted");
        Assert.False(File.Exists(Path));
        await RecoversAsync(south);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\0b")]
    public async Task File_ThatIsNoPath_IsSaidNotToBeThere(string file)
    {
        var south = new SqliteSouth(_rig.Context, new SqliteSouthSettings { File = file });

        var fault = await ConnectFaultAsync(south);

        Says(fault, Fault.Unreachable, $"There is no file '{file}'", "settings.file");
    }

    [Fact]
    public async Task File_ThatVanishesBetweenConnectAndQuery_IsReadOnceItIsBack()
    {
        await _rig.FillAsync();
        var south = _rig.Make();
        await south.ConnectAsync(None);
        await _rig.File.MoveAsideAsync();

        var fault = await AskFaultAsync(south);
        await _rig.File.MoveBackAsync();

        Says(fault, Fault.Unreachable, $"There is no file '{Path}'");
        Assert.Single(await SouthRig.AskAsync(south, SouthRig.Window, SouthRig.Item()));
    }

    [Fact]
    public async Task File_ThatIsAFolder_IsSaidToBeOne()
    {
        Directory.CreateDirectory(Path);
        var south = _rig.Make();

        var fault = await ConnectFaultAsync(south);
        Directory.Delete(Path);

        Says(fault, Fault.Misconfigured, $"'{Path}' is a folder", "settings.file");
        await RecoversAsync(south);
    }

    [Fact]
    public async Task File_ThatIsNoDatabase_IsSaidToBeNone()
    {
        await File.WriteAllTextAsync(Path, new string('x', 8_192));
        var south = _rig.Make();

        var fault = await ConnectFaultAsync(south);
        File.Delete(Path);

        Says(fault, Fault.Malformed, $"The file '{Path}' is no SQLite database, or it is encrypted", "settings.file");
        await RecoversAsync(south);
    }

    /// <summary>A socket cannot be opened as a file, by root neither.</summary>
    [Fact]
    public async Task File_ThatCannotBeOpened_SaysWhatToCheck()
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(Path));
        var south = _rig.Make();

        var fault = await ConnectFaultAsync(south);
        File.Delete(Path);

        Says(fault, Fault.Unreachable, $"The file '{Path}' cannot be opened", "the gateway's user may read it");
        await RecoversAsync(south);
    }

    /// <summary>The real gateway, for the rights of files do not bind a process of root as this may be.</summary>
    [Fact]
    public async Task File_ThatTheUserMayNotRead_IsReadOnceHeMay()
    {
        using var folder = new TempFolder();
        await _rig.FillAsync();
        await File.WriteAllTextAsync(folder.At("meridian.json"), Configuration());
        string[] test = ["test", "-c", folder.At("meridian.json"), "logger"];
        var bound = new ChildProcessOptions { IsBoundByRights = true };

        await ChildProcess.RunAsync("chmod", ["000", Path]);
        var refused = await GatewayProcess.AskAsync(1, test, bound);
        await ChildProcess.RunAsync("chmod", ["400", Path]);
        var works = await GatewayProcess.AskAsync(0, test, bound);

        Assert.Contains(refused, static line => line.Contains(
            "cannot be opened. Check that the gateway's user may read it", StringComparison.Ordinal));
        Assert.Contains("It works.", works, StringComparer.Ordinal);
    }

    /// <summary>A pipe that nobody writes to blocks who opens it, as a share does whose server is gone.</summary>
    [Fact]
    public async Task File_WhoseShareHangs_IsGivenUpInTimeAndReadOnceItAnswers()
    {
        await ChildProcess.RunAsync("mkfifo", [Path]);
        var south = _rig.Make(TimeSpan.FromSeconds(1));

        var fault = await ConnectFaultAsync(south);
        var again = await ConnectFaultAsync(south);
        await using (new FileStream(Path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, 0))
        {
            File.Delete(Path);
        }

        Says(
            fault,
            Fault.Unreachable,
            $"The file '{Path}' was not opened within 1 s (settings.commandTimeout)",
            "its disk or share does not answer",
            "is tried again");
        Says(
            again,
            Fault.Unreachable,
            $"The file '{Path}' has not answered since 20",
            "its disk or share",
            "is tried again");
        await RecoversAsync(south);
    }

    [Fact]
    public async Task File_LockedBeyondTheWait_IsSaidAndReadLater()
    {
        await _rig.FillAsync();
        var south = _rig.Make();
        await south.ConnectAsync(None);
        ConnectorException query, connect;
        await using (await _rig.File.LockAsync())
        {
            query = await AskFaultAsync(south);
            connect = await ConnectFaultAsync(south);
        }

        Says(query, Fault.Unreachable, $"The file '{Path}' is locked by another program", "is tried again", "use WAL");
        Assert.Equal(query.Message, connect.Message);
        Assert.Single(await SouthRig.AskAsync(south, SouthRig.Window, SouthRig.Item()));
    }

    [Fact]
    public async Task File_ThatIsDamaged_IsSaidToBeAndReadOnceItIsRestored()
    {
        await _rig.File.RunAsync(
            "CREATE TABLE t (time TEXT, value); WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n "
            + "WHERE i < 9999) INSERT INTO t SELECT '2026-11-21 10:15:00', i FROM n;");
        var good = await File.ReadAllBytesAsync(Path);
        var bad = good.ToArray();
        bad.AsSpan(4_096).Fill(0xA5);
        await File.WriteAllBytesAsync(Path, bad);
        var south = _rig.Make();

        var fault = await AskFaultAsync(south);
        await File.WriteAllBytesAsync(Path, good);

        Says(fault, Fault.Malformed, $"The file '{Path}' is damaged", "integrity_check", "is tried again");
        Assert.Equal(10_000, (await SouthRig.AskAsync(south, SouthRig.Window, SouthRig.Item())).Count);
    }

    [Theory]
    [InlineData("SELEC time FROM t WHERE time >= @StartTime AND time < @EndTime", "syntax error")]
    [InlineData("SELECT time, absent FROM t WHERE time >= @StartTime AND time < @EndTime", "no such column: absent")]
    [InlineData("SELECT time AS at, value FROM t WHERE time >= @StartTime AND time < @EndTime", "no column 'time'")]
    [InlineData("DELETE FROM t WHERE time >= @StartTime AND time < @EndTime RETURNING time, value", "only reads")]
    [InlineData(
        "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n) "
        + "SELECT i AS time, i AS value FROM n WHERE i < 0 AND @StartTime < @EndTime",
        "commandTimeout")]
    public async Task Query_OneItemIsWrong_IsItsProblemAndTheOtherGoesOn(string query, string words)
    {
        await _rig.FillAsync();

        var readings = await SouthRig.AskAsync(
            _rig.Make(TimeSpan.FromSeconds(1)),
            SouthRig.Window,
            SouthRig.Item(query, name: "bad"),
            SouthRig.Item());

        Assert.Equal("item", Assert.Single(readings).Point);
        Assert.Contains(words, _rig.Context.ItemProblems["bad"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Value_OfAnotherTypeThanTheItems_IsKeptAsItCameAndCounted()
    {
        await FillWithMistakesAsync();

        var readings = await SouthRig.AskAsync(
            _rig.Make(), SouthRig.Window, SouthRig.Item(rows: new RowSpec { Type = ValueWish.Number }));

        AssertMistakes(readings);
        Assert.Contains("Line 2, column 'time'", _rig.Context.ItemProblems["item"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Value_OfAnotherTypeInASequence_IsKeptAsItCameAndThePositionGoesOn()
    {
        await FillWithMistakesAsync();
        var item = new Item("item", new SqliteItemSettings
        {
            Mode = SqlMode.Sequence,
            Query = "SELECT id, time, value FROM t WHERE id > @LastSequence ORDER BY id LIMIT @Limit",
            Rows = new RowSpec { Type = ValueWish.Number },
        });

        var page = Assert.Single(await TakenPage.TakeAsync(_rig.Make(), item));

        AssertMistakes(page.Readings);
        Assert.Equal("sequence/1 4 id", Encoding.UTF8.GetString(page.Position.Span));
    }

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    private static Task<ConnectorException> ConnectFaultAsync(SqliteSouth south) =>
        Assert.ThrowsAsync<ConnectorException>(
            () => south.ConnectAsync(None).WaitAsync(Deadline.Default, TimeProvider.System));

    private static Task<ConnectorException> AskFaultAsync(SqliteSouth south) =>
        Assert.ThrowsAsync<ConnectorException>(
            () => SouthRig.AskAsync(south, SouthRig.Window, SouthRig.Item()));

    private static void Says(ConnectorException fault, Fault kind, params string[] words)
    {
        Assert.Equal((kind, true), (fault.Fault, fault.IsTransient));
        Assert.All(words, word => Assert.Contains(word, fault.Message, StringComparison.Ordinal));
    }

    /// <summary>The file is well now: the same instance connects, shows it, and gives the row.</summary>
    private async Task RecoversAsync(SqliteSouth south)
    {
        await _rig.FillAsync();
        Assert.Equal(0, _rig.Context.ConnectedCount);
        await south.ConnectAsync(None);
        Assert.True(_rig.Context.IsConnected);
        Assert.Single(await SouthRig.AskAsync(south, SouthRig.Window, SouthRig.Item()));
    }

    /// <summary>A text where a number is due, and a time that is none, between two good rows.</summary>
    private Task FillWithMistakesAsync() => _rig.File.RunAsync(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, time TEXT, value); INSERT INTO t VALUES "
        + "(1, '2026-11-21 10:15:00', 1), (2, '2026-11-21 noon', 2), (3, '2026-11-21 10:15:02', 'warm'), "
        + "(4, '2026-11-21 10:15:03', 4);");

    private void AssertMistakes(IReadOnlyList<Reading> readings)
    {
        Assert.Equal(
            [ReadingValue.From(1L), ReadingValue.From("warm"), ReadingValue.From(4L)],
            readings.Select(static one => one.Value));
        Assert.Equal(
            [Quality.Good, Quality.BadDecoding, Quality.Good], readings.Select(static one => one.Quality));
        Assert.Equal(2, _rig.Context.UndecodedCount);
        Assert.Contains("time", _rig.Context.UndecodedReasons["item"], StringComparison.Ordinal);
    }

    private string Configuration() => string.Create(
        CultureInfo.InvariantCulture,
        $$"""
        {
          "gateway": { "name": "rights" },
          "souths": [
            {
              "name": "logger",
              "type": "sqlite",
              "schedule": "10 s",
              "settings": { "file": "{{Path}}" },
              "items": [ { "name": "item", "query": "{{SouthRig.Good}}" } ]
            }
          ],
          "norths": []
        }
        """);
}
