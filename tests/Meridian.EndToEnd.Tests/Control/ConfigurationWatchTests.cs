using Meridian.Fixtures;

namespace Meridian.EndToEnd.Tests.Control;

/// <summary>A gateway that runs takes what its file becomes, and goes on where that is nothing.</summary>
public sealed class ConfigurationWatchTests : IDisposable
{
    private readonly TempFolder _folder = new("meridian-watch-");

    private string ConfigurationFile => _folder.At("meridian.json");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task File_Changed_IsAppliedAsTheGatewayRuns_AndOneWithProblemsIsToldAndLeftAlone()
    {
        await WriteAsync("""
            {
              "include": ["norths/*.json"],
              "souths": [{
                "name": "host", "type": "box", "items": [{ "name": "up", "metric": "uptime" }], "schedule": "1 s" }]
            }
            """);
        Directory.CreateDirectory(_folder.At("norths"));
        await File.WriteAllTextAsync(
            _folder.At("norths/a.json"), """{ "norths": [{ "name": "first", "type": "null" }] }""");
        await using var gateway = GatewayProcess.Run(ConfigurationFile, _folder.At("data"));
        await gateway.WaitUntilReadyAsync();

        await File.WriteAllTextAsync(
            _folder.At("norths/b.json"), """{ "norths": [{ "name": "second", "type": "null" }] }""");
        await UntilSaidAsync(gateway, "The configuration file has changed: North 'second' starts.");

        await WriteAsync("""
            {
              "include": ["norths/*.json"],
              "souths": [{
                "name": "host", "type": "box", "items": [{ "name": "up", "metric": "uptime" }], "schedule": "never" }]
            }
            """);
        await UntilSaidAsync(gateway, "was changed and has 1 problem(s); the gateway goes on");
        await UntilSaidAsync(gateway, "In the configuration: line 4: souths[0].schedule: ");

        await WriteAsync("""
            {
              // Mended.
              "include": ["norths/a.json"],
              "souths": [{
                "name": "host", "type": "box", "items": [{ "name": "up", "metric": "uptime" }], "schedule": "2 s" }]
            }
            """);
        await UntilSaidAsync(
            gateway,
            "The configuration file has changed: South 'host' goes on without a reconnect: 1 item changed.");
        await UntilSaidAsync(
            gateway, "The configuration file has changed: North 'second' is removed; what waits for it is let go.");
        Assert.Equal(0, await gateway.StopAsync());
    }

    private static Task<string> UntilSaidAsync(GatewayProcess gateway, string words) =>
        gateway.Process.WaitForLineAsync(line => line.Contains(words, StringComparison.Ordinal), words);

    private Task WriteAsync(string text) => File.WriteAllTextAsync(ConfigurationFile, text);
}
