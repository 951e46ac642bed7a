using Meridian.Connectors.Postgres.South;
using Meridian.Fixtures;
using Meridian.Formats.Sql;
using Meridian.Sdk.Settings;
using Meridian.Sdk.South;

namespace Meridian.Connectors.Postgres.Tests.South;

/// <summary>What goes wrong, in words; what is one item's does not hold the others.</summary>
public sealed class PostgresSouthFaultsTests
{
    private const string Good = "SELECT time, value FROM t WHERE time >= @StartTime AND time < @EndTime";

    [Theory]
    [InlineData("SELEC time FROM t WHERE time >= @StartTime AND time < @EndTime", "syntax error")]
    [InlineData("SELECT time, nothing FROM t WHERE time >= @StartTime AND time < @EndTime", "nothing")]
    [InlineData("SELECT time AS at, value FROM t WHERE time >= @StartTime AND time < @EndTime", "no column 'time'")]
    [InlineData("SELECT * FROM absent WHERE time >= @StartTime AND time < @EndTime", "Check the names")]
    [InlineData("SELECT * FROM secret WHERE time >= @StartTime AND time < @EndTime", "GRANT SELECT")]
    [InlineData("SELECT now() AS time, 1/0 AS value WHERE @StartTime < @EndTime", "division by zero")]
    [InlineData("DELETE FROM t WHERE time >= @StartTime AND time < @EndTime RETURNING time, value", "only reads")]
    [InlineData("SELECT now() AS time, pg_sleep(9)::text AS value WHERE @StartTime < @EndTime", "commandTimeout")]
    public async Task Query_OneItemIsWrong_IsItsProblemAndTheOtherGoesOn(string query, string words)
    {
        await using var rig = await SouthRig.NewAsync();
        var role = $"reader_{rig.Database}";
        await rig.RunAsync(
            $"CREATE ROLE {role} LOGIN PASSWORD 'r'; CREATE TABLE t (time timestamptz, value int); "
            + $"CREATE TABLE secret (time timestamptz, value int); GRANT SELECT, DELETE ON t TO {role}; "
            + "INSERT INTO t VALUES ('2026-11-21 10:15Z', 2)");
        var south = await rig.ConnectAsync(rig.Settings with
        {
            UserName = role,
            Password = new Secret("r"),
            CommandTimeout = TimeSpan.FromSeconds(1),
        });
        Item[] items = [SouthRig.Item(query, name: "bad"), SouthRig.Item(Good, name: "good")];

        var readings = await SouthRig.AskAsync(south, SouthRig.Window, items);

        Assert.Equal("good", Assert.Single(readings).Point);
        Assert.Contains(words, rig.Context.ItemProblems["bad"], StringComparison.Ordinal);
        Assert.False(rig.Context.ItemProblems.ContainsKey("good"));
    }

    [Fact]
    public async Task Query_Cancelled_EndsOnTheServer()
    {
        await using var rig = await SouthRig.NewAsync();
        var south = await rig.ConnectAsync();
        using var stop = new CancellationTokenSource();
        const string Marked = "SELECT now() AS time, pg_sleep(20)::text AS value WHERE @StartTime < @EndTime";
        var running = Task.Run(async () =>
        {
            await foreach (var page in south.QueryHistoryAsync([SouthRig.Item(Marked)], SouthRig.Window, stop.Token))
            {
                Assert.Fail($"A page came: {page}");
            }
        });
        Task<bool> RunsAsync() => rig.Server.AskAsync<bool>(
            rig.Database,
            "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%pg_sleep(20)%' "
            + $"AND datname = '{rig.Database}' AND pid <> pg_backend_pid())");
        await Deadline.UntilAsync(RunsAsync, "the query runs");

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => running.WaitAsync(Deadline.Default, TimeProvider.System));
        await Deadline.UntilAsync(async () => !await RunsAsync(), "the server has ended the query");
    }

    [Theory]
    [InlineData("SELECT * FROM t", "has no @StartTime and @EndTime")]
    [InlineData("SELECT * FROM t WHERE time >= @StartTime -- AND time < @EndTime", "has no @EndTime")]
    [InlineData("SELECT '@StartTime' FROM t WHERE time < @EndTime", "has no @StartTime")]
    [InlineData("SELECT * FROM t WHERE time >= @StartTime AND time < @EndTime AND x = @Foo", "has @Foo")]
    [InlineData("SELECT @StartTime, @EndTime; DROP TABLE t", "more than one statement")]
    [InlineData("SELECT @StartTime, @EndTime, 'x", "never closed")]
    public void Check_QueryThatCannotWork_SaysSoAtItsPlace(string query, string words)
    {
        var settings = new PostgresSouthSettings { Host = "h", Database = "d", UserName = "u" };

        var problem = Assert.Single(PostgresSouthCheck.Find(settings, [SouthRig.Item(query)]));

        Assert.Equal("items[0].query", problem.Path);
        Assert.Contains(words, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_NumberWithoutItsFormat_SaysSo()
    {
        var settings = new PostgresSouthSettings { Host = "h", Database = "d", UserName = "u", CaFile = "x" };

        var problems = PostgresSouthCheck.Find(settings, [SouthRig.Item(Good + ";", SqlTimeType.Number)]);

        Assert.Equal(
            ["settings.caFile", "items[0].timeType"],
            problems.Select(static problem => problem.Path),
            StringComparer.Ordinal);
    }
}
