using Meridian.EndToEnd.Tests.Flows;
using Meridian.Fixtures;

namespace Meridian.EndToEnd.Tests.Cli;

/// <summary><c>meridian demo</c>, as a newcomer runs it.</summary>
public sealed class DemoTests
{
    [Fact]
    public async Task Demo_FiveSeconds_EndsWithABalancedAccountAndTheFilesHoldIt()
    {
        using var folder = new TempFolder();

        await using var demo = GatewayProcess.Start(["demo", "--seconds", "5", "--data", folder.Path]);
        var code = await demo.Process.WaitForExitAsync();

        Assert.True(code == 0, $"The demo ended with {code}:\n{demo.Process.Log}");
        var account = AccountLine.OfLast(demo.Process.Lines);
        Assert.True(account.IsBalanced);
        Assert.True(account.Received > 100, $"{account} is little for five seconds.");
        Assert.Equal(account.Received, account.Delivered);
        var run = Assert.Single(Directory.GetDirectories(folder.Path));
        Assert.Equal(account.Delivered, CsvFiles.ReadLines(Path.Combine(run, "files")).Count());
    }
}
