namespace Meridian.Fixtures;

/// <summary>
/// The real host as its own process, in the configuration (debug or release) that the tests were built with. Kill it,
/// start another on the same data: that is what the promise is about.
/// </summary>
public sealed class GatewayProcess : IAsyncDisposable
{
    private GatewayProcess(ChildProcess process) => Process = process;

    /// <summary>The process: its lines, signals, exit code and figures.</summary>
    public ChildProcess Process { get; }

    /// <summary>The path of the built host.</summary>
    /// <exception cref="FileNotFoundException">It is not built.</exception>
    public static string RequireHost()
    {
        var path = Path.Combine(
            RepositoryRoot.Path, "artifacts", "bin", "Meridian.Gateway", RepositoryRoot.Configuration, "meridian.dll");
        return File.Exists(path)
            ? path
            : throw new FileNotFoundException($"The host is not built: {path} is missing; build Meridian.slnx.");
    }

    /// <summary>Starts <c>meridian run -c FILE --data DIR</c>.</summary>
    /// <param name="configurationFile">The configuration file.</param>
    /// <param name="dataFolder">The data folder.</param>
    /// <param name="moreArguments">More arguments, each as one word.</param>
    /// <param name="options">How the process runs: variables for secrets, how many lines are kept.</param>
    public static GatewayProcess Run(
        string configurationFile,
        string dataFolder,
        IEnumerable<string>? moreArguments = null,
        ChildProcessOptions? options = null) =>
        Start(["run", "-c", configurationFile, "--data", dataFolder, .. moreArguments ?? []], options);

    /// <summary>Starts <c>meridian</c> with any arguments.</summary>
    /// <param name="arguments">The arguments, each as one word.</param>
    /// <param name="options">How the process runs.</param>
    public static GatewayProcess Start(IEnumerable<string> arguments, ChildProcessOptions? options = null) => new(
        ChildProcess.Start(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            [RequireHost(), .. arguments],
            options));

    /// <summary>Runs <c>meridian</c> to its end.</summary>
    /// <param name="exitCode">What it must end with.</param>
    /// <param name="arguments">The arguments, each as one word.</param>
    /// <param name="options">How the process runs.</param>
    /// <returns>Its lines.</returns>
    /// <exception cref="InvalidOperationException">It ended with another code; the message holds its lines.</exception>
    public static async Task<IReadOnlyList<string>> AskAsync(
        int exitCode, IEnumerable<string> arguments, ChildProcessOptions? options = null)
    {
        await using var asked = Start(arguments, options);
        var code = await asked.Process.WaitForExitAsync();
        return code == exitCode
            ? asked.Process.Lines
            : throw new InvalidOperationException($"meridian ended with {code}, not {exitCode}:\n{asked.Process.Log}");
    }

    /// <summary>Waits for the line that says it runs.</summary>
    /// <param name="within">How long at most; null means <see cref="Deadline.Default"/>.</param>
    public Task WaitUntilReadyAsync(TimeSpan? within = null) => Process.WaitForLineAsync(
        line => line.StartsWith("Meridian is running", StringComparison.Ordinal), "Meridian is running", within);

    /// <summary>Asks it to stop (SIGTERM) and waits until it has.</summary>
    /// <param name="within">How long at most; null means <see cref="Deadline.Default"/>.</param>
    /// <returns>The exit code.</returns>
    public Task<int> StopAsync(TimeSpan? within = null)
    {
        Process.Send(Signal.Terminate);
        return Process.WaitForExitAsync(within);
    }

    /// <summary>Kills it (SIGKILL) and waits until it is gone.</summary>
    public async Task KillAsync()
    {
        Process.Send(Signal.Kill);
        await Process.WaitForExitAsync();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Process.DisposeAsync();
}
