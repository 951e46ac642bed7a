namespace Meridian.EndToEnd.Tests.Flows;

/// <summary>The configuration files of the flows, as a user would write them.</summary>
internal static class FlowConfiguration
{
    /// <summary>The client id of the South: the broker keeps its session.</summary>
    public const string SouthClientId = "meridian-south";

    /// <summary>The items that read sequence numbers, bare or within MQTT.js's JSON.</summary>
    public const string NumberItems =
        """
        { "name": "numbers", "topic": "plant/numbers/#", "qos": 2 },
        { "name": "documents", "topic": "plant/documents/#", "qos": 2,
          "payload": { "format": "json", "value": "$.sequence", "timestamp": "$.timestamp" } }
        """;

    /// <summary>An MQTT South and any Norths.</summary>
    /// <param name="sourcePort">The source broker's port.</param>
    /// <param name="items">The items, as JSON.</param>
    /// <param name="norths">The Norths, as JSON.</param>
    /// <param name="journal">The journal's section, as JSON.</param>
    public static string Write(int sourcePort, string items, IEnumerable<string> norths, string journal = "{}") =>
        $$"""
        {
          // Each test has its own ports and folders.
          "gateway": { "name": "end-to-end", "drainTime": "2 min", "journal": {{journal}} },
          "souths": [
            {
              "name": "plant",
              "type": "mqtt",
              "settings": {
                "host": "127.0.0.1", "port": {{sourcePort}}, "clientId": "{{SouthClientId}}", "keepAlive": "2 s",
                "maxReconnectDelay": "1 s"
              },
              "items": [ {{items}} ]
            }
          ],
          "norths": [ {{string.Join(",\n", norths)}} ]
        }
        """;

    /// <summary>A PostgreSQL North.</summary>
    public static string PostgresNorth(int port, string database, string user) =>
        $$"""
        {
          "name": "database",
          "type": "postgres",
          "settings": {
            "host": "127.0.0.1", "port": {{port}}, "database": "{{database}}",
            "userName": "{{user}}", "password": "${env:MERIDIAN_TEST_PASSWORD}"
          }
        }
        """;

    /// <summary>An MQTT North that publishes the bare value.</summary>
    public static string TreeNorth(int port, string topic = "out/{point}") =>
        $$"""
        {
          "name": "tree",
          "type": "mqtt",
          "settings": {
            "host": "127.0.0.1", "port": {{port}}, "clientId": "meridian-north", "topic": "{{topic}}",
            "format": "value", "maxReconnectDelay": "1 s"
          }
        }
        """;

    /// <summary>A files North.</summary>
    public static string FilesNorth(string folder) =>
        $$"""
        { "name": "files", "type": "files", "settings": { "directory": "{{folder}}", "maxFileSize": "1 MiB" } }
        """;
}
