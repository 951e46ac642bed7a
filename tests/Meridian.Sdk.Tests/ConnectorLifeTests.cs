namespace Meridian.Sdk.Tests;

public sealed class ConnectorLifeTests
{
    [Fact]
    public async Task Connector_ThatImplementsOnlyTheTest_LivesThroughAllSteps()
    {
        IConnector connector = new Simplest();

        await connector.StartAsync(CancellationToken.None);
        await connector.ConnectAsync(CancellationToken.None);
        await connector.DisconnectAsync(CancellationToken.None);
        await connector.StopAsync(CancellationToken.None);
        var facts = await connector.TestConnectionAsync(CancellationToken.None);

        Assert.Equal([new Diagnostic("Version", "1")], facts);
    }

    private sealed class Simplest : IConnector
    {
        public Task<IReadOnlyList<Diagnostic>> TestConnectionAsync(CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<Diagnostic>>([new Diagnostic("Version", "1")]);
    }
}
