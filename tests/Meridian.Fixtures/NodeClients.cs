using System.Globalization;

namespace Meridian.Fixtures;

/// <summary>
/// MQTT.js, the foreign client of the tests, and what else of Node they use: <c>tests/Meridian.Fixtures/node</c>.
/// </summary>
public static class NodeClients
{
    private static string Folder => Path.Combine(RepositoryRoot.Path, "tests", "Meridian.Fixtures", "node");

    /// <summary>The path of a script in that folder.</summary>
    /// <param name="name">Its file name.</param>
    internal static string Script(string name) => Path.Combine(Folder, name);

    /// <summary>Installs what the lock file names when it is missing; several processes may ask at once.</summary>
    public static async Task EnsureInstalledAsync()
    {
        // npm writes this file last, so a half-made folder is not taken for a whole one.
        var done = Path.Combine(Folder, "node_modules", ".package-lock.json");
        if (IsInstalled(done))
        {
            return;
        }

        var npm = ServersInstalled.Require("npm", "npm");
        FileStream? turn = null;
        await Deadline.UntilAsync(
            () => (turn = TryTakeTurn()) is not null, "another test process has run npm ci", TimeSpan.FromMinutes(3));
        await using (turn)
        {
            if (!IsInstalled(done))
            {
                await ChildProcess.RunAsync(
                    npm, ["ci", "--no-audit", "--no-fund"], new ChildProcessOptions { WorkingFolder = Folder });
            }
        }
    }

    /// <summary>
    /// Starts publishing JSON payloads <c>{"sequence":N,"value":X,"timestamp":"…"}</c>. The process ends with code 0
    /// after the line <c>published N</c>, once all are acknowledged. It reconnects by itself meanwhile.
    /// </summary>
    /// <param name="publish">What.</param>
    public static async Task<ChildProcess> StartPublishingAsync(NodePublish publish)
    {
        await EnsureInstalledAsync();
        return ChildProcess.Start(
            ServersInstalled.Require("node", "nodejs"),
            [
                Script("publish.mjs"),
                "--port", Text(publish.Port),
                "--topic", publish.TopicPrefix,
                "--qos", Text(publish.Qos),
                "--count", Text(publish.Count),
                "--first", Text(publish.First),
                "--rate", Text(publish.Rate),
                "--topics", Text(publish.Topics),
                "--protocol", Text(publish.ProtocolVersion),
            ]);
    }

    /// <summary>Publishes and waits until all are acknowledged.</summary>
    /// <param name="publish">What.</param>
    /// <param name="within">How long at most; null means two minutes.</param>
    public static async Task PublishAsync(NodePublish publish, TimeSpan? within = null)
    {
        await using var client = await StartPublishingAsync(publish);
        await client.WaitForLineAsync(
            line => line.Equals($"published {Text(publish.Count)}", StringComparison.Ordinal),
            $"published {Text(publish.Count)}",
            within ?? TimeSpan.FromMinutes(2));
        await client.WaitForExitAsync();
    }

    /// <summary>
    /// Starts subscribing and waits until the broker has taken it. Each message is a line of the process:
    /// <c>{"topic":…,"hex":…,"text":…,"qos":…,"retain":…,"properties":…}</c>.
    /// </summary>
    /// <param name="subscribe">What.</param>
    public static async Task<ChildProcess> StartSubscribingAsync(NodeSubscribe subscribe)
    {
        await EnsureInstalledAsync();
        string[] credentials = subscribe is { UserName: { } user, Password: { } password }
            ? ["--user", user, "--password", password]
            : [];
        var client = ChildProcess.Start(
            ServersInstalled.Require("node", "nodejs"),
            [
                Script("subscribe.mjs"),
                "--port", Text(subscribe.Port),
                "--topic", subscribe.TopicFilter,
                "--protocol", Text(subscribe.ProtocolVersion),
                .. credentials,
            ]);
        await client.WaitForLineAsync(
            line => line.Equals("subscribed", StringComparison.Ordinal), "MQTT.js has subscribed");
        return client;
    }

    /// <summary>Whether the folder was installed, and not before the lock file changed.</summary>
    private static bool IsInstalled(string done) =>
        File.Exists(done) && File.GetLastWriteTimeUtc(done) >= File.GetLastWriteTimeUtc(Script("package-lock.json"));

    private static FileStream? TryTakeTurn()
    {
        try
        {
            return new FileStream(
                Path.Combine(Path.GetTempPath(), "meridian-fixtures-npm.lock"),
                FileMode.OpenOrCreate,
                FileAccess.ReadWrite,
                FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>What MQTT.js shall publish.</summary>
/// <param name="Port">The broker's port on 127.0.0.1.</param>
/// <param name="TopicPrefix">What the topics begin with; a number from 0 follows after a slash.</param>
/// <param name="Count">How many messages.</param>
public sealed record NodePublish(int Port, string TopicPrefix, int Count)
{
    /// <summary>The quality of service.</summary>
    public int Qos { get; init; } = 1;

    /// <summary>The first sequence number; each message has the next.</summary>
    public int First { get; init; }

    /// <summary>Messages a second; 0 means as fast as they are acknowledged.</summary>
    public int Rate { get; init; }

    /// <summary>Over how many topics they are spread.</summary>
    public int Topics { get; init; } = 1;

    /// <summary>The protocol version: 4 is MQTT 3.1.1, 5 is MQTT 5.0.</summary>
    public int ProtocolVersion { get; init; } = 4;
}

/// <summary>What MQTT.js shall subscribe to.</summary>
/// <param name="Port">The broker's port on 127.0.0.1.</param>
/// <param name="TopicFilter">The topic filter; at QoS 2.</param>
public sealed record NodeSubscribe(int Port, string TopicFilter)
{
    /// <summary>The protocol version: 4 is MQTT 3.1.1, 5 is MQTT 5.0.</summary>
    public int ProtocolVersion { get; init; } = 5;

    /// <summary>The user name; null for none.</summary>
    public string? UserName { get; init; }

    /// <summary>The password; null for none.</summary>
    public string? Password { get; init; }
}
