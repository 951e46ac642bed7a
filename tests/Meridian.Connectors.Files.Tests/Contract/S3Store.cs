using Meridian.Fixtures;

namespace Meridian.Connectors.Files.Tests.Contract;

/// <summary>One server for all checks.</summary>
public sealed class S3Store : IAsyncLifetime
{
    // Started before the first test.
    internal S3Server Server { get; private set; } = null!;

    public async Task InitializeAsync() => Server = await S3Server.StartAsync();

    public Task DisposeAsync() => Server.DisposeAsync().AsTask();
}
