using System.Globalization;

namespace Meridian.Fixtures;

/// <summary>
/// An edge node or a host application of Sparkplug that nobody here wrote: MQTT.js with the payloads of Eclipse Tahu's
/// sparkplug-payload, in a process of its own. The scripts say what it can be told and what it says. One caller at a
/// time.
/// </summary>
public sealed class NodeSparkplugPeer : IAsyncDisposable
{
    private readonly ChildProcess _process;

    private NodeSparkplugPeer(string script, params string[] arguments) => _process = ChildProcess.Start(
        ServersInstalled.Require("node", "nodejs"),
        [NodeClients.Script(script), .. arguments],
        new ChildProcessOptions { HasInput = true });

    /// <summary>The lines that it has written, oldest first.</summary>
    public IReadOnlyList<string> Lines => _process.Lines;

    /// <summary>Starts an edge node with the device d1 (sparkplug-edge.mjs); it is connected when this ends.</summary>
    /// <param name="port">The broker's port on 127.0.0.1.</param>
    /// <param name="group">The group's id.</param>
    /// <param name="node">The edge node's id.</param>
    public static Task<NodeSparkplugPeer> StartEdgeAsync(int port, string group, string node) =>
        StartAsync("sparkplug-edge.mjs", "--port", Text(port), "--group", group, "--node", node);

    /// <summary>Starts a host application (sparkplug-host.mjs); it has subscribed when this ends.</summary>
    /// <param name="port">The broker's port on 127.0.0.1.</param>
    /// <param name="group">The id of the group that it listens to.</param>
    /// <param name="host">The host's id.</param>
    public static Task<NodeSparkplugPeer> StartHostAsync(int port, string group, string host) =>
        StartAsync("sparkplug-host.mjs", "--port", Text(port), "--group", group, "--host", host);

    /// <summary>Tells it to do something, and waits until it says that it has.</summary>
    /// <param name="command">The command.</param>
    /// <param name="answer">The line that it answers.</param>
    public async Task TellAsync(string command, string answer)
    {
        var before = CountOf(answer);
        await _process.Input.WriteAsync(command + "\n");
        await _process.Input.FlushAsync();
        await Deadline.UntilAsync(() => CountOf(answer) > before, $"'{answer}' of the peer:\n{_process.Log}");
    }

    /// <summary>Waits for a line, among those that it has written and those to come.</summary>
    /// <param name="line">The line.</param>
    public Task WaitForAsync(string line) =>
        _process.WaitForLineAsync(one => string.Equals(one, line, StringComparison.Ordinal), line);

    /// <summary>Ends it at once (SIGKILL): the broker tells its Will.</summary>
    public async Task KillAsync()
    {
        _process.Send(Signal.Kill);
        _ = await _process.WaitForExitAsync();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static async Task<NodeSparkplugPeer> StartAsync(string script, params string[] arguments)
    {
        await NodeClients.EnsureInstalledAsync();
        var peer = new NodeSparkplugPeer(script, arguments);
        await peer.WaitForAsync("connected");
        return peer;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private int CountOf(string line) => Lines.Count(one => string.Equals(one, line, StringComparison.Ordinal));
}
