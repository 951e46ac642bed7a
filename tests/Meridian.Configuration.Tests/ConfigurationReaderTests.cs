using System.Text;
using Meridian.Configuration.References;
using Meridian.Sdk.Settings;

namespace Meridian.Configuration.Tests;

public sealed class ConfigurationReaderTests
{
    private const string Valid = """
        {
          // A plant.
          "gateway": { "name": "plant-1", "drainTime": "20 s",
            "journal": { "maxBytes": "1 GB", "segmentBytes": "16 MiB" } },
          "souths": [
            { "name": "line1", "type": "probe", "enabled": false, "settings": { "host": "127.0.0.1", "port": 1884 },
              "items": [ { "name": "all", "topic": "plant/#", "payload": { "format": "json", "value": "$.value" } } ] },
            { "name": "line2", "type": "probe" }, /* defaults alone */
          ],
          "norths": [
            { "name": "pg", "type": "sink", "from": ["LINE1"], "batch": { "maxReadings": 5, "linger": "50 ms" },
              "settings": { "folder": "x" } },
            { "name": "all", "type": "sink", "settings": { "folder": "y" } },
          ],
        }
        """;

    [Fact]
    public void Reader_ValidFile_GivesEverySection()
    {
        var result = Sample.Read(Valid);

        Assert.Empty(result.Problems);
        Assert.True(result.IsValid);
        var config = result.Config;
        Assert.Equal("plant-1", config.Gateway.Name);
        Assert.Equal(TimeSpan.FromSeconds(20), config.Gateway.DrainTime);
        Assert.Equal(new ByteSize(16 << 20), config.Gateway.Journal.SegmentBytes);
        Assert.Equal(["line1", "line2"], config.Souths.Select(south => south.Name), StringComparer.Ordinal);
        Assert.Equal([false, true], config.Souths.Select(south => south.Enabled));
        Assert.Same(Sample.South, config.Souths[0].Manifest);
        Assert.Equal("probe", config.Souths[0].Type);
        Assert.Equal(1884, Assert.IsType<ProbeSettings>(config.Souths[0].Settings).Port);
        var item = Assert.Single(config.Souths[0].Items);
        Assert.Equal("all", item.Name);
        var payload = new PayloadSettings { Format = ProbeFormat.Json, Value = "$.value" };
        Assert.Equal(new ProbeItemSettings { Topic = "plant/#", Payload = payload }, item.Item.Settings);
        Assert.Empty(config.Souths[1].Items);
        Assert.Equal(["line1"], config.Norths[0].From);
        Assert.True(config.Norths[0].TakesFrom("line1"));
        Assert.False(config.Norths[0].TakesFrom("line2"));
        Assert.True(config.Norths[1].TakesFrom("line2"));
        Assert.Equal(
            new BatchConfig { MaxReadings = 5, Linger = TimeSpan.FromMilliseconds(50) }, config.Norths[0].Batch);
    }

    [Fact]
    public void Reader_EmptyObject_IsAGatewayThatCarriesNothing()
    {
        var config = Sample.Read("{}").Config;

        Assert.NotNull(config);
        Assert.Equal(new GatewayConfig(), config.Gateway);
        Assert.Empty(config.Souths);
        Assert.Empty(config.Norths);
    }

    [Fact]
    public void Reader_FiveMistakes_ReportsFiveWithPathsAndLines()
    {
        var result = Sample.Read("""
            {
              "gateway": { "drainTime": "11 min" },
              "souths": [ { "name": "line1", "type": "probe",
                "settings": { "hots": "127.0.0.1",
                              "port": 70000 },
                "items": [ { "name": "all",
                  "payload": { "format": "jsn" } } ] } ],
              "norths": [ { "name": "pg", "type": "sink", "settings": { "folder": "x" } } ]
            }
            """);

        Assert.Null(result.Config);
        Assert.Equal(
            [
                ("gateway.drainTime", 2),
                ("souths[0].settings.hots", 4),
                ("souths[0].settings.port", 5),
                ("souths[0].items[0].topic", 6),
                ("souths[0].items[0].payload.format", 7),
            ],
            result.Problems.Select(problem => (problem.Path, problem.Line)));
        Assert.Equal(
            "'drainTime' is 11 min; it must be at least 0 s and at most 10 min.", result.Problems[0].Message);
        Assert.StartsWith(
            "'hots' is not known here; did you mean 'host'?", result.Problems[1].Message, StringComparison.Ordinal);
        Assert.Equal("'port' is 70000; it must be at least 1 and at most 65535.", result.Problems[2].Message);
        Assert.Equal(
            "'topic' is missing; set it to a text, such as \"topic\": \"text\".", result.Problems[3].Message);
        Assert.Equal(
            "'format' must be one of the words text, json, 3.1.1, plainNumber, such as \"text\"; "
            + "found the text \"jsn\". Did you mean 'json'?",
            result.Problems[4].Message);
    }

    [Fact]
    public void Reader_MissingFile_IsOneProblemWithoutLine()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName(), "meridian.json");

        var problem = Assert.Single(ConfigurationReader.ReadFile(path, Sample.Catalog).Problems);

        Assert.Equal(("", 0), (problem.Path, problem.Line));
        Assert.Contains(path, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Reader_FolderInsteadOfFile_IsOneProblem() =>
        Assert.Single(ConfigurationReader.ReadFile(Path.GetTempPath(), Sample.Catalog).Problems);

    [Fact]
    public void Reader_FileWithSecretBesideIt_FindsTheSecretFromItsOwnFolder()
    {
        var folder = Directory.CreateTempSubdirectory("meridian-configuration");
        try
        {
            File.WriteAllText(Path.Combine(folder.FullName, "password"), "geheim\r\n");
            var path = Path.Combine(folder.FullName, "meridian.json");
            File.WriteAllText(
                path,
                """
                { "souths": [ { "name": "a", "type": "probe", "settings": { "password": "${file:password}" } } ] }
                """,
                new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));

            var config = ConfigurationReader.ReadFile(path, Sample.Catalog).Config;

            Assert.Equal("geheim", ((ProbeSettings)config!.Souths[0].Settings).Password?.Reveal());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void MachineEnvironment_HugeSecretFile_IsRefused()
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, new byte[ConfigurationLimits.MaxSecretFileBytes + 1]);

            Assert.Throws<IOException>(() => new MachineEnvironment("/").ReadFile(path));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData("", 0, "The mistake.")]
    [InlineData("a.b", 7, "line 7: a.b: The mistake.")]
    public void Problem_AsText_IsOneLine(string path, int line, string expected) =>
        Assert.Equal(expected, new ConfigurationProblem(path, line, "The mistake.").ToString());
}
