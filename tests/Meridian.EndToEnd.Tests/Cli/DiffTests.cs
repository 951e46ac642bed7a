using Meridian.Fixtures;

namespace Meridian.EndToEnd.Tests.Cli;

/// <summary><c>meridian diff</c>: what a change would do, before it is done.</summary>
public sealed class DiffTests : IDisposable
{
    private const string Before = """
        {
          "gateway": { "name": "plant" },
          "souths": [
            { "name": "press", "type": "mqtt",
              "settings": { "host": "127.0.0.1", "port": 1883, "userName": "u", "password": "old" },
              "items": [{ "name": "a", "topic": "a" }, { "name": "b", "topic": "b" }, { "name": "c", "topic": "c" }] },
            { "name": "oven", "type": "mqtt", "settings": { "host": "127.0.0.1" } },
            { "name": "saw", "type": "mqtt", "settings": { "host": "127.0.0.1" } }
          ],
          "norths": [
            { "name": "out", "type": "console" },
            { "name": "file", "type": "null" },
            { "name": "rest", "type": "null" }
          ]
        }
        """;

    private readonly TempFolder _folder = new();

    [Fact]
    public async Task Diff_OfAChange_SaysWhatRestartsAndWhatGoesOn()
    {
        var (code, lines) = await DiffAsync("""
            {
              "gateway": { "name": "plant", "drainTime": "20 s", "journal": { "maxBytes": "20 GB" } },
              "souths": [
                { "name": "press", "type": "mqtt",
              "settings": { "host": "127.0.0.1", "port": 1883, "userName": "u", "password": "old" },
                  "items": [
                    { "name": "b", "topic": "b2" }, { "name": "c", "topic": "c" }, { "name": "d", "topic": "d" }] },
                { "name": "oven", "type": "mqtt",
                  "settings": { "host": "127.0.0.1", "port": 1884, "userName": "u", "password": "new" } },
                { "name": "drill", "type": "mqtt", "settings": { "host": "127.0.0.1" } }
              ],
              "norths": [
                { "name": "out", "type": "console", "from": ["press"], "batch": { "maxReadings": 5 } },
                { "name": "rest", "type": "null", "enabled": false }
              ]
            }
            """);

        Assert.Equal(
            [
                "South 'saw' is removed.",
                "South 'press' goes on without a reconnect: 1 item added, 1 item changed, 1 item removed.",
                "South 'oven' restarts: settings.port, settings.userName, settings.password.",
                "South 'drill' starts.",
                "North 'file' is removed; what waits for it is let go.",
                "North 'out' restarts: batch, from.",
                "North 'rest' stops; what waits for it stays where it is.",
                "The gateway goes on with another gateway.drainTime.",
                "At the next start of the gateway only: gateway.journal.maxBytes.",
            ],
            lines,
            StringComparer.Ordinal);
        Assert.Equal(0, code);
    }

    [Fact]
    public async Task Diff_OfOtherLayoutCommentsAndIncludes_IsNone()
    {
        await File.WriteAllTextAsync(_folder.At("norths.json"), """
            { "norths": [{ "type": "console", "name": "out" }, { "name": "file", "type": "null" }, // order of words
                { "name": "rest", "type": "null" }] }
            """);
        var souths = Before[..Before.IndexOf("\"norths\"", StringComparison.Ordinal)].TrimEnd().TrimEnd(',');

        var (code, lines) = await DiffAsync(souths + ", \"include\": [\"norths.json\"] }");

        Assert.Equal(["Nothing that runs is touched."], lines, StringComparer.Ordinal);
        Assert.Equal(0, code);
    }

    [Fact]
    public async Task Diff_WithABadFile_SaysWhatIsWrong()
    {
        var (code, lines) = await DiffAsync("""{ "include": ["a.json"] }""");

        Assert.Equal(2, code);
        Assert.Contains(
            lines,
            static line => line.StartsWith(
                "after.json: line 1: include[0]: The included file 'a.json' cannot be read: ",
                StringComparison.Ordinal));
    }

    public void Dispose() => _folder.Dispose();

    private async Task<(int Code, IReadOnlyList<string> Lines)> DiffAsync(string after)
    {
        await File.WriteAllTextAsync(_folder.At("before.json"), Before);
        await File.WriteAllTextAsync(_folder.At("after.json"), after);
        await using var diff = GatewayProcess.Start(["diff", _folder.At("before.json"), _folder.At("after.json")]);
        var code = await diff.Process.WaitForExitAsync();
        return (code, diff.Process.Lines);
    }
}
