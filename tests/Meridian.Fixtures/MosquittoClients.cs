using System.Globalization;

namespace Meridian.Fixtures;

/// <summary>mosquitto's own clients: peers that nobody here wrote.</summary>
public static class MosquittoClients
{
    /// <summary>
    /// Publishes lines, each as one message, through one connection (<c>mosquitto_pub -l</c>), and waits until the
    /// broker has acknowledged them as their QoS asks.
    /// </summary>
    /// <param name="port">The broker's port on 127.0.0.1.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="lines">The payloads; without line breaks.</param>
    /// <param name="qos">The quality of service.</param>
    /// <param name="clientId">The client's id; null lets mosquitto_pub choose.</param>
    /// <param name="moreArguments">More arguments, such as <c>-u alice -P secret</c>, each as one word.</param>
    /// <param name="within">How long at most; null means two minutes.</param>
    public static async Task PublishAsync(
        int port,
        string topic,
        IEnumerable<string> lines,
        int qos = 1,
        string? clientId = null,
        IEnumerable<string>? moreArguments = null,
        TimeSpan? within = null)
    {
        await using var client = ChildProcess.Start(
            ServersInstalled.Require("mosquitto_pub", "mosquitto-clients"),
            ["-l", .. Arguments(port, topic, qos, clientId), .. moreArguments ?? []],
            new ChildProcessOptions { HasInput = true });
        foreach (var line in lines)
        {
            await client.Input.WriteAsync(line);
            await client.Input.WriteAsync('\n');
        }

        client.Input.Close();
        var code = await client.WaitForExitAsync(within ?? TimeSpan.FromMinutes(2));
        if (code != 0)
        {
            throw new InvalidOperationException($"mosquitto_pub ended with {code}:\n{client.Log}");
        }
    }

    /// <summary>
    /// Subscribes (<c>mosquitto_sub</c>); each message is a line of the process. Wait with
    /// <see cref="MosquittoServer.WaitUntilSubscribedAsync"/> before publishing.
    /// </summary>
    /// <param name="port">The broker's port on 127.0.0.1.</param>
    /// <param name="topicFilter">The topic filter.</param>
    /// <param name="clientId">The client's id.</param>
    /// <param name="qos">The quality of service asked for.</param>
    /// <param name="moreArguments">
    /// More arguments, each as one word: <c>-c</c> for a persistent session, <c>-C 10</c> to end after ten,
    /// <c>-F "%t %p"</c> for the line's format.
    /// </param>
    /// <param name="onLine">Hears each message's line.</param>
    public static ChildProcess Subscribe(
        int port,
        string topicFilter,
        string clientId,
        int qos = 1,
        IEnumerable<string>? moreArguments = null,
        Action<string>? onLine = null) => ChildProcess.Start(
            ServersInstalled.Require("mosquitto_sub", "mosquitto-clients"),
            [.. Arguments(port, topicFilter, qos, clientId), .. moreArguments ?? []],
            new ChildProcessOptions { OnLine = onLine });

    private static string[] Arguments(int port, string topic, int qos, string? clientId)
    {
        string[] arguments =
        [
            "-h", "127.0.0.1",
            "-p", port.ToString(CultureInfo.InvariantCulture),
            "-t", topic,
            "-q", qos.ToString(CultureInfo.InvariantCulture),
        ];
        return clientId is null ? arguments : [.. arguments, "-i", clientId];
    }
}
