using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Xunit.Abstractions;

namespace Meridian.Configuration.Tests;

public sealed class ConfigurationReaderLaws(ITestOutputHelper output)
{
    private const string Valid = """
        {
          // A plant.
          "gateway": { "name": "plant-1", "drainTime": "20 s", "journal": { "maxBytes": "1 GB" } },
          "souths": [ { "name": "line1", "type": "probe", "enabled": true,
            "settings": { "host": "${env:HOST}", "port": 1884, "timeout": "5 s", "password": "${file:p}",
              "brokers": ["a", "b"], "weights": { "x": 1 }, "since": "2026-01-31T12:00:00Z", "server": "tcp://h:1",
              "payload": { "format": "json" }, "ratio": 1.5, "price": 2.5, "buffer": "2 kB", "mail": "a@b" },
            "items": [ { "name": "all", "topic": "plant/#", "payload": { "format": "json" }, "qos": 1 } ] } ],
          "norths": [ { "name": "pg", "type": "sink", "from": ["line1"], "settings": { "folder": "x" },
            "batch": { "maxReadings": 10, "linger": "0 ms" } } ],
        }
        """;

    private static readonly string[] Tokens =
    [
        "null", "true", "-1", "1e400", "\"\"", "\"${\"", "\"${env:\"", "[]", "{}", "{", "}", "[", "]", ",", ":", "\"",
        "\\u0000", "\\ud800", "//", "/*", "0", "9",
        "99999999999999999999999999999999", "a", "é", "${file:x}", " ", "\n",
    ];

    private static readonly FakeEnvironment Surroundings = new()
    {
        Variables = { ["HOST"] = "h" },
        Files = { ["p"] = "password" },
    };

    [Fact]
    public void Reader_FileMutatedAnywhere_NeverThrowsAndAnswersOneWay()
    {
        Assert.Empty(Sample.Read(Valid, Surroundings).Problems);
        var mutation = ArbMap.Default.GeneratorFor<int>().Three();

        Prop.ForAll(mutation.ArrayOf().ToArbitrary(), mutations =>
        {
            var text = new StringBuilder(Valid);
            foreach (var (place, length, token) in mutations)
            {
                var start = (place & int.MaxValue) % (text.Length + 1);
                text.Remove(start, Math.Min((length & int.MaxValue) % 4, text.Length - start));
                text.Insert(start, Tokens[(token & int.MaxValue) % Tokens.Length]);
            }

            return IsOneWay(Sample.Read(text.ToString(), Surroundings));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));
    }

    [Fact]
    public void Reader_OneValueReplaced_NeverThrowsAndNeverBlamesTheSyntax()
    {
        var values = ValueSpans();
        string[] replacements =
            [.. Tokens[..9], "12345678901", "\"x\"", "[[]]", "[{}]", "{\"a\":{}}", "-0.0", "\"\\u0007\""];

        foreach (var (start, length) in values)
        {
            foreach (var replacement in replacements)
            {
                var text = string.Concat(Valid.AsSpan(0, start), replacement, Valid.AsSpan(start + length));
                var result = Sample.Read(text, Surroundings);

                Assert.True(IsOneWay(result), text);
                Assert.DoesNotContain(
                    result.Problems, problem => problem.Message.Contains("not JSON", StringComparison.Ordinal));
            }
        }
    }

    [Fact]
    public void Reader_AnyBytes_NeverThrow() =>
        Prop.ForAll<byte[]>(bytes =>
            IsOneWay(ConfigurationReader.Read(bytes, Sample.Catalog, Surroundings))).QuickCheckThrowOnFailure();

    [Fact]
    public void Reader_FiftyThousandItems_BindsInSeconds()
    {
        var text = new StringBuilder("""{ "souths": [ { "name": "a", "type": "probe", "items": [""");
        for (var index = 0; index < 50_000; index++)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"{{ \"name\": \"item-{index}\", \"topic\": \"plant/{index}/value\", \"qos\": 1, "
                + $"\"payload\": {{ \"format\": \"json\", \"value\": \"$.value\" }} }},\n");
        }

        var utf8 = Encoding.UTF8.GetBytes(text.Append("] } ] }").ToString());
        var started = TimeProvider.System.GetTimestamp();
        var cpuBefore = Environment.CpuUsage.TotalTime;

        var result = ConfigurationReader.Read(utf8, Sample.Catalog, Surroundings);

        var elapsed = TimeProvider.System.GetElapsedTime(started);
        var cpu = Environment.CpuUsage.TotalTime - cpuBefore;
        output.WriteLine(
            $"50,000 items, {utf8.Length} bytes: {elapsed.TotalMilliseconds:F0} ms, "
            + $"{cpu.TotalMilliseconds:F0} ms of CPU");
        Assert.Equal(50_000, result.Config?.Souths[0].Items.Count);

        // Processor time, because the machine may be busy with other things; a quadratic step would take minutes.
        Assert.True(cpu < TimeSpan.FromSeconds(20), $"It took {cpu} of CPU.");
    }

    private static bool IsOneWay(ConfigurationResult result) =>
        result.IsValid == (result.Problems.Count == 0)
        && result.Problems.All(problem => problem.Line >= 1 && problem.Message.Length > 0);

    // Every text, number and word that stands behind a colon.
    private static List<(int Start, int Length)> ValueSpans()
    {
        var spans = new List<(int Start, int Length)>();
        for (var colon = Valid.IndexOf("\": ", StringComparison.Ordinal);
            colon >= 0;
            colon = Valid.IndexOf("\": ", colon + 1, StringComparison.Ordinal))
        {
            var start = colon + 3;
            var end = Valid[start] switch
            {
                '"' => Valid.IndexOf('"', start + 1) + 1,
                '{' or '[' => start,
                _ => start + Valid.AsSpan(start).IndexOfAny(",} \n"),
            };
            if (end > start)
            {
                spans.Add((start, end - start));
            }
        }

        return spans;
    }
}
