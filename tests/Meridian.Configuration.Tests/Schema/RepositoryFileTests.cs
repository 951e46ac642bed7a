using System.Text;
using System.Text.RegularExpressions;
using Meridian.Configuration.Schema;
using Meridian.Fixtures;

namespace Meridian.Configuration.Tests.Schema;

/// <summary>The configurations that users read in the repository are good, for the reader and for the schema.</summary>
public sealed partial class RepositoryFileTests
{
    private static readonly SchemaValidator Validator = new(JsonSchemaWriter.WriteFile(BuiltIn.Catalog).Text);

    private static readonly FakeEnvironment Surroundings = new()
    {
        Variables = { ["PLANT_PASSWORD"] = "p", ["WAREHOUSE_PASSWORD"] = "p", ["PLANT_TOKEN"] = "t" },
    };

    /// <summary>
    /// Those of the connectors that come with Meridian; one with a project has connectors of its own.
    /// </summary>
    public static TheoryData<string> Samples =>
    [
        .. Directory
            .EnumerateFiles(
                Path.Combine(RepositoryRoot.Path, "samples"), "meridian.json", SearchOption.AllDirectories)
            .Where(static file => Directory.GetFiles(Path.GetDirectoryName(file)!, "*.csproj").Length == 0)
            .Select(Relative),
    ];

    public static TheoryData<string, string> Documents
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var file in Directory
                .EnumerateFiles(Path.Combine(RepositoryRoot.Path, "src"), "README.md", SearchOption.AllDirectories))
            {
                foreach (Match block in ConnectorBlock().Matches(File.ReadAllText(file)))
                {
                    data.Add(Relative(file), block.Groups["text"].Value);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void Sample_Shipped_IsTakenByBoth(string file) =>
        Assert.Equal(Verdict.Taken, Read(File.ReadAllText(Path.Combine(RepositoryRoot.Path, file))));

    [Theory]
    [MemberData(nameof(Documents))]
    public void Connector_OfADocument_IsTakenByBoth(string file, string block)
    {
        // Some leave out the name, which says nothing there.
        var connector = block.Contains("\"name\": \"", StringComparison.Ordinal)
            ? block
            : block.Replace("{ \"type\"", "{ \"name\": \"a\", \"type\"", StringComparison.Ordinal);
        string[] souths = ["/South/", "/Folder/", "/Intake/", "/Box/"];
        var side = souths.Any(one => file.Contains(one, StringComparison.Ordinal)) ? "souths" : "norths";

        Assert.Equal(Verdict.Taken, Read($"{{ \"{side}\": [ {connector} ] }}"));
    }

    [Fact]
    public void Documents_OfTheConnectors_AreFound() => Assert.True(Documents.Count >= 6 && Samples.Count >= 1);

    private static Verdict Read(string json)
    {
        var result = ConfigurationReader.Read(Encoding.UTF8.GetBytes(json), BuiltIn.Catalog, Surroundings);
        Assert.Empty(result.Problems);
        return SchemaAgreement.Check(json, result, Validator);
    }

    private static string Relative(string file) =>
        Path.GetRelativePath(RepositoryRoot.Path, file).Replace('\\', '/');

    [GeneratedRegex(
        "```jsonc?\\n(?<text>\\{[^`]*\"type\": \"[^`]*)```",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        1_000)]
    private static partial Regex ConnectorBlock();
}
