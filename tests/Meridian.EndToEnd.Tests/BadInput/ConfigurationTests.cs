using Meridian.Fixtures;

namespace Meridian.EndToEnd.Tests.BadInput;

/// <summary><c>meridian check</c> on a file with mistakes.</summary>
public sealed class ConfigurationTests
{
    private const string FiveMistakes =
        """
        {
          "souths": [
            {
              "name": "plant",
              "type": "mqtt",
              "settings": { "host": "127.0.0.1", "port": 0 },
              "items": [
                { "name": "a", "topic": "plant/a", "payload": { "format": "nummer" } },
                { "name": "b", "topic": "plant/#/b" }
              ]
            }
          ],
          "norths": [
            { "name": "database", "type": "postgress", "settings": {} },
            { "name": "console", "type": "console", "batch": { "maxReadings": 0 } }
          ]
        }
        """;

    [Fact]
    public async Task Check_FiveMistakes_ReportsFiveWithTheirPaths()
    {
        using var folder = new TempFolder();
        var file = folder.At("meridian.json");
        await File.WriteAllTextAsync(file, FiveMistakes);

        await using var check = GatewayProcess.Start(["check", "-c", file]);
        var code = await check.Process.WaitForExitAsync();

        string[] paths =
        [
            "souths[0].settings.port", "souths[0].items[0].payload.format", "souths[0].items[1].topic",
            "norths[0].type", "norths[1].batch.maxReadings",
        ];
        Assert.Equal(2, code);
        Assert.Equal(
            paths.Order(StringComparer.Ordinal),
            check.Process.Lines
                .Where(line => line.StartsWith("meridian.json: ", StringComparison.Ordinal))
                .Select(line => line.Split(": ")[2])
                .Order(StringComparer.Ordinal));
        Assert.Contains(
            check.Process.Lines, line => line.StartsWith("5 problems in ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_FiveMistakes_StartsNothing()
    {
        using var folder = new TempFolder();
        var file = folder.At("meridian.json");
        await File.WriteAllTextAsync(file, FiveMistakes);

        await using var gateway = GatewayProcess.Run(file, folder.At("data"));

        Assert.Equal(2, await gateway.Process.WaitForExitAsync());
        Assert.False(Directory.Exists(folder.At("data")));
    }
}
