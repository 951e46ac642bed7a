using System.Text;
using Meridian.Engine.Replays;
using Meridian.Engine.Tests.Peers;
using Meridian.Sdk.Intakes;
using Meridian.Sdk.North;

namespace Meridian.Engine.Tests.Replays;

public sealed class ReplayFileTests
{
    private readonly FilePeer _peer = new(takesValues: true);

    [Fact]
    public async Task Replay_OfFilesAmongReadings_BringsThemWhole()
    {
        _peer.OnHandle = static (_, _) => ValueTask.FromResult(DeliveryOutcome.Delivered);
        await using var gateway = await TestGateway.StartAsync(_peer.Config("n"));
        await GiveFileAsync(gateway, "a.txt", "first");
        await ReplayTests.GiveAsync(gateway, 10);
        await GiveFileAsync(gateway, "b.txt", "second");
        var account = gateway.Account;

        await ReplayTests.StartAsync(gateway, 1);
        await ReplayTests.UntilCompleteAsync(gateway);
        Assert.Equal(["a.txt=first", "b.txt=second", "b.txt=second"], _peer.Files);
        Assert.Equal(new ReplayCounts(11, 0, 0, 0, 0, 0), ReplayTests.Status(gateway).Counts);

        _peer.OnFile = static (_, _) => DeliveryOutcome.Rejected("Shut.");
        await ReplayTests.StartAsync(gateway, 0);
        await ReplayTests.UntilCompleteAsync(gateway, 2);
        Assert.Equal(new ReplayCounts(10, 0, 2, 0, 0, 0), ReplayTests.Status(gateway, 2).Counts);
        Assert.Equal(0, gateway.Engine.Quarantine("n").Count);
        Assert.Equal(account, gateway.Account);
    }

    private static async Task GiveFileAsync(TestGateway gateway, string name, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var content = new FileContent(name, bytes.Length, _ => ValueTask.FromResult<Stream>(new MemoryStream(bytes)));
        var before = gateway.Account.Received;
        await gateway.South.Context.Intakes.OfferAsync(new Intake(content), CancellationToken.None);
        await gateway.UntilAsync(() => gateway.Account.Received > before && gateway.Account.Waiting == 0);
    }
}
