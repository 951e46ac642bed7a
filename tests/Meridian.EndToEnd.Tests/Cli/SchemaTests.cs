using Meridian.Fixtures;

namespace Meridian.EndToEnd.Tests.Cli;

/// <summary><c>meridian schema</c>, and the member that leads an editor to what it writes.</summary>
public sealed class SchemaTests
{
    [Fact]
    public async Task Schema_Written_IsTheApprovedOne()
    {
        await using var schema = GatewayProcess.Start(["schema"], new ChildProcessOptions { KeptLines = 100_000 });
        var code = await schema.Process.WaitForExitAsync();

        Assert.Equal(0, code);
        Assert.Equal(
            await File.ReadAllLinesAsync(Path.Combine(RepositoryRoot.Path, "docs", "meridian.schema.json")),
            schema.Process.Lines);
    }

    [Fact]
    public async Task Check_OfAFileThatNamesItsSchema_IsGood()
    {
        using var folder = new TempFolder();
        var file = folder.At("meridian.json");
        await File.WriteAllTextAsync(file, """{ "$schema": "meridian.schema.json" }""");

        await using var check = GatewayProcess.Start(["check", "-c", file]);

        Assert.Equal(0, await check.Process.WaitForExitAsync());
    }
}
