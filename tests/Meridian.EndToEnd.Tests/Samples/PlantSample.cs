using System.Globalization;
using Meridian.Fixtures;

namespace Meridian.EndToEnd.Tests.Samples;

/// <summary>
/// A configuration of <c>samples/plants</c> as it stands there, but for ports and folders, which are the test's own,
/// and the programs that its README says to start.
/// </summary>
internal sealed class PlantSample(string name) : IAsyncDisposable
{
    private readonly string _source = Path.Combine(RepositoryRoot.Path, "samples", "plants", name);
    private readonly TempFolder _folder = new("meridian-plant-");
    private readonly List<ChildProcess> _programs = [];
    private GatewayProcess? _gateway;

    /// <summary>What stands for <c>/tmp/plant</c>.</summary>
    public string Folder => _folder.At("plant");

    private string File => _folder.At("meridian.json");

    /// <summary>Starts a Python program of the sample.</summary>
    public ChildProcess StartProgram(string file, params string[] arguments)
    {
        var program = ChildProcess.Start(
            ServersInstalled.Require("python3", "python3"), [Path.Combine(_source, file), .. arguments]);
        _programs.Add(program);
        return program;
    }

    /// <summary>Runs the gateway.</summary>
    /// <param name="changes">What stands in the file, and what it is here.</param>
    /// <param name="variables">Variables for its secrets.</param>
    public async Task RunAsync(
        IEnumerable<(string Was, string Is)> changes, IReadOnlyDictionary<string, string>? variables = null)
    {
        Directory.CreateDirectory(Folder);
        var text = await System.IO.File.ReadAllTextAsync(Path.Combine(_source, "meridian.json"));
        foreach (var (was, now) in changes)
        {
            Assert.Contains(was, text, StringComparison.Ordinal);
            text = text.Replace(was, now, StringComparison.Ordinal);
        }

        await System.IO.File.WriteAllTextAsync(File, text.Replace("/tmp/plant", Folder, StringComparison.Ordinal));
        _gateway = GatewayProcess.Run(
            File,
            _folder.At("data"),
            options: new ChildProcessOptions
            {
                Environment = variables ?? new Dictionary<string, string>(StringComparer.Ordinal),
            });
        await _gateway.WaitUntilReadyAsync();
    }

    /// <summary>What <c>meridian test</c> says of a connector, or of an item of a South.</summary>
    public Task<IReadOnlyList<string>> TestAsync(params string[] words) => ChildProcess.RunAsync(
        Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
        [GatewayProcess.RequireHost(), "test", "-c", File, .. words]);

    /// <summary>A port in the way of <see cref="RunAsync"/>'s changes.</summary>
    public static (string Was, string Is) Port(string before, int was, int now) => (
        string.Create(CultureInfo.InvariantCulture, $"{before}{was}"),
        string.Create(CultureInfo.InvariantCulture, $"{before}{now}"));

    /// <summary>Stops the gateway in order: what it has is delivered.</summary>
    public async Task StopAsync() => Assert.Equal(0, await _gateway!.StopAsync()); // it runs

    public async ValueTask DisposeAsync()
    {
        if (_gateway is not null)
        {
            await _gateway.DisposeAsync();
        }

        foreach (var program in _programs)
        {
            await program.DisposeAsync();
        }

        _folder.Dispose();
    }
}
