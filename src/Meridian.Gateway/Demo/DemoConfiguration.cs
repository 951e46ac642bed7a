using System.Text;
using System.Text.Json;
using Meridian.Configuration;
using Meridian.Configuration.References;
using Meridian.Gateway.Hosting;

namespace Meridian.Gateway.Demo;

/// <summary>The demo's configuration: the same file a user would write, read the same way.</summary>
internal static class DemoConfiguration
{
    public static string Write(int brokerPort, string filesFolder) =>
        $$"""
        {
          "gateway": { "name": "demo", "drainTime": "10 s" },
          "souths": [
            {
              "name": "plant",
              "type": "mqtt",
              "settings": { "host": "127.0.0.1", "port": {{brokerPort}}, "clientId": "meridian-demo" },
              "items": [
                {
                  "name": "signals",
                  "topic": "plant/#",
                  "payload": {
                    "format": "json", "value": "$.value",
                    "timestamp": "$.ts", "timestampFormat": "iso", "quality": "$.quality"
                  }
                }
              ]
            }
          ],
          "norths": [
            {
              "name": "files", "type": "files",
              "settings": { "directory": {{JsonSerializer.Serialize(filesFolder)}} }
            },
            { "name": "console", "type": "console", "settings": { "maxLinesPerSecond": 5 } }
          ]
        }
        """;

    public static MeridianConfig Read(string text)
    {
        var environment = new MachineEnvironment(Environment.CurrentDirectory);
        var result = ConfigurationReader.Read(Encoding.UTF8.GetBytes(text), BuiltInConnectors.Catalog, environment);
        return result.Config ?? throw new InvalidOperationException(
            $"The demo's own configuration is wrong: {string.Join(' ', result.Problems)}");
    }
}
