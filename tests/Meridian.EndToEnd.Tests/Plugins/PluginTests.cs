using System.Globalization;
using System.Reflection;
using Meridian.EndToEnd.Tests.Flows;
using Meridian.Fixtures;

namespace Meridian.EndToEnd.Tests.Plugins;

/// <summary>Connectors of other authors in the real gateway: the sample, and one that does not fit.</summary>
public sealed class PluginTests : IDisposable
{
    private readonly TempFolder _folder = new("meridian-plugins-");

    private string ConfigurationFile => _folder.At("meridian.json");

    private string Plugins => _folder.At("plugins");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Run_TheSampleBesideItsConfiguration_CarriesWhatEachCapabilityGives()
    {
        PluginSample.CopyTo(Plugins);
        await ConfigureAsync("clock", "diary");

        await using var gateway = GatewayProcess.Run(ConfigurationFile, _folder.At("data"));
        await gateway.WaitUntilReadyAsync();
        await Deadline.UntilAsync(HasEverything, "the diary with all three");
        var code = await gateway.StopAsync();

        Assert.Equal(0, code);
        Assert.Contains(
            "Plug-ins: CustomConnector 1.0.0 (South 'clock', North 'diary').",
            gateway.Process.Lines,
            StringComparer.Ordinal);
        var account = AccountLine.OfLast(gateway.Process.Lines);
        Assert.True(account is { IsBalanced: true, Waiting: 0, Quarantined: 0 }, account.ToString());
        var page = Assert.Single(Directory.GetFiles(_folder.At("diary"), "????-??-??.txt"));
        var day = DateOnly.Parse(Path.GetFileNameWithoutExtension(page), CultureInfo.InvariantCulture);
        Assert.Equal($"{day:D}\n", await File.ReadAllTextAsync(page));

        // What came over the journal to our own North is what came to the built-in one.
        var copy = Path.GetFileName(page);
        Assert.Equal($"{day:D}\n", await File.ReadAllTextAsync(Path.Combine(_folder.At("csv"), copy)));
        Assert.Equal(
            DiaryLines().Select(static line => line.Split(' ')[1]),
            CsvFiles.ReadLines(_folder.At("csv"), copy, ".values-file.note").Select(static line => line.Split(',')[1]),
            StringComparer.Ordinal);
    }

    [Fact]
    public async Task Check_APluginThatDoesNotFit_NamesItAndTheWayOut()
    {
        PluginSample.CopyTo(Plugins);
        WriteMisfit("Tomorrow");
        await ConfigureAsync("clock", "diary");

        await using var check = GatewayProcess.Start(["check", "-c", ConfigurationFile]);

        Assert.Equal(2, await check.Process.WaitForExitAsync());
        var problem = Assert.Single(
            check.Process.Lines, static line => line.StartsWith("plugins/Tomorrow: ", StringComparison.Ordinal));
        Assert.Contains(
            "The plug-in 'Tomorrow' was built with Meridian.Sdk 99.0; this gateway has ",
            problem,
            StringComparison.Ordinal);
        Assert.Contains("Update the gateway to 99.0", problem, StringComparison.Ordinal);
        Assert.Contains(
            check.Process.Lines, static line => line.StartsWith("Plug-ins: Custom", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_APluginThatDoesNotFitAndIsNotUsed_RunsWithoutIt()
    {
        PluginSample.CopyTo(Plugins);
        WriteMisfit("Tomorrow");
        await ConfigureAsync("clock", "diary");

        await using var gateway = GatewayProcess.Run(ConfigurationFile, _folder.At("data"));
        await gateway.WaitUntilReadyAsync();

        Assert.Contains(
            gateway.Process.Lines, static line => line.StartsWith("plugins/Tomorrow: ", StringComparison.Ordinal));
        Assert.Equal(0, await gateway.StopAsync());
    }

    [Fact]
    public async Task Run_AConnectorOfAPluginThatDoesNotFit_StartsNothing()
    {
        PluginSample.CopyTo(Plugins);
        WriteMisfit("Tomorrow");
        await ConfigureAsync("tomorrow", "diary");

        await using var gateway = GatewayProcess.Run(ConfigurationFile, _folder.At("data"));

        Assert.Equal(2, await gateway.Process.WaitForExitAsync());
        Assert.Contains(
            gateway.Process.Lines, static line => line.Contains("'type' is \"tomorrow\"", StringComparison.Ordinal));
        Assert.False(Directory.Exists(_folder.At("data")));
    }

    [Fact]
    public async Task Check_AnotherPluginFolder_IsTheOneThatCounts()
    {
        PluginSample.CopyTo(_folder.At("elsewhere"));
        await ConfigureAsync("clock", "diary");

        await using var without = GatewayProcess.Start(["check", "-c", ConfigurationFile]);
        await using var with = GatewayProcess.Start(
            ["check", "-c", ConfigurationFile, "--plugins", _folder.At("elsewhere")]);
        await using var missing = GatewayProcess.Start(
            ["check", "-c", ConfigurationFile, "--plugins", _folder.At("nowhere")]);

        Assert.Equal(2, await without.Process.WaitForExitAsync());
        Assert.Equal(0, await with.Process.WaitForExitAsync());
        Assert.Equal(2, await missing.Process.WaitForExitAsync());
        Assert.Contains(
            missing.Process.Lines, static line => line.StartsWith("--plugins: the folder '", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Schema_WithAPluginFolder_HasItsConnectors()
    {
        PluginSample.CopyTo(Plugins);

        await using var schema = GatewayProcess.Start(
            ["schema"], new ChildProcessOptions { KeptLines = 100_000, WorkingFolder = _folder.Path });

        Assert.Equal(0, await schema.Process.WaitForExitAsync());
        Assert.Contains(
            schema.Process.Lines,
            static line => line.Contains("Where the diary and the pages lie;", StringComparison.Ordinal));
    }

    private void WriteMisfit(string name) => AssemblyStub.Write(
        Path.Combine(Plugins, name, $"{name}.dll"),
        new AssemblyName("System.Runtime"),
        new AssemblyName("Meridian.Sdk") { Version = new Version(99, 0, 0, 0) });

    private Task ConfigureAsync(string south, string north) => File.WriteAllTextAsync(
        ConfigurationFile,
        $$"""
        {
          "souths": [
            {
              "name": "south", "type": "{{south}}",
              "items": [
                { "name": "tick" },
                { "name": "now", "schedule": "100 ms" },
                { "name": "page", "schedule": "100 ms", "ask": "file" }
              ]
            }
          ],
          "norths": [
            { "name": "north", "type": "{{north}}", "settings": { "folder": "{{_folder.At("diary")}}" } },
            { "name": "files", "type": "files", "settings": { "directory": "{{_folder.At("csv")}}" } }
          ]
        }
        """);

    private bool HasEverything()
    {
        var points = DiaryLines().Select(static line => line.Split(' ')[1]).ToHashSet(StringComparer.Ordinal);
        return points.SetEquals(["tick", "now"])
            && Directory.GetFiles(_folder.At("diary"), "????-??-??.txt").Length > 0;
    }

    private string[] DiaryLines()
    {
        var file = _folder.At("diary/diary.txt");
        if (!File.Exists(file))
        {
            return [];
        }

        // Without keeping the North from writing meanwhile; the last line may not be whole then.
        using var reader = new StreamReader(File.Open(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return [.. reader.ReadToEnd().Split('\n').Where(static line => line.Count(static one => one == ' ') == 2)];
    }
}
