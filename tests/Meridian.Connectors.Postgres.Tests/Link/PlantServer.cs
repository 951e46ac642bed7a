using Meridian.Fixtures;

namespace Meridian.Connectors.Postgres.Tests.Link;

/// <summary>A server whose certificate is for 127.0.0.1, and the authority that signed it; one for a class.</summary>
public sealed class PlantServer : IAsyncLifetime
{
    private PostgresServer? _server;

    public TestAuthority Authority { get; } = new("plant");

    public PostgresServer Server => _server!; // set before the first test

    public async Task InitializeAsync() => _server = await PostgresServer.StartAsync(Authority.Server("127.0.0.1"));

    public async Task DisposeAsync()
    {
        await Server.DisposeAsync();
        Authority.Dispose();
    }
}
