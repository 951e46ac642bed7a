namespace Meridian.Tidy.Tests;

/// <summary>STYLE rule 3: references point one way.</summary>
public sealed class ReferenceGraphTests
{
    private static readonly string[] Folders = ["src", "tests", "bench"];

    /// <summary>What each shipped project may reference. A project that is not listed here may not exist.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["Mqtt"] = [],
        ["Journal"] = [],
        ["Sdk"] = [],
        ["Readings"] = ["Sdk"],
        ["Formats"] = ["Sdk"],
        ["Transforms"] = ["Sdk", "Formats"],
        ["Configuration"] = ["Sdk", "Transforms"],
        ["Mqtt.Hosting"] = ["Mqtt"],
        ["Mqtt.Testing"] = ["Mqtt"],
        ["Testing"] = ["Sdk"],
        ["Engine"] = ["Sdk", "Configuration", "Journal", "Readings", "Formats", "Transforms"],
        ["Connectors.Basic"] = ["Sdk", "Formats"],
        ["Connectors.Modbus"] = ["Sdk"],
        ["Connectors.Files"] = ["Sdk", "Formats"],
        ["Connectors.Postgres"] = ["Sdk", "Formats"],
        ["Connectors.Http"] = ["Sdk", "Formats"],
        ["Connectors.Sqlite"] = ["Sdk", "Formats"],
        ["Connectors.Mqtt"] = ["Sdk", "Formats", "Mqtt"],
    };

    public static TheoryData<string> ShippedProjects =>
        [.. Repository.Files("src", ".csproj").Select(Repository.Relative)];

    [Theory]
    [MemberData(nameof(ShippedProjects))]
    public void Project_References_PointOneWay(string project)
    {
        var name = Repository.NameOf(project);
        if (name is "Gateway")
        {
            return;
        }

        var found = Repository.ReferencesOf(Path.Combine(Repository.Root, project));

        Assert.True(Allowed.TryGetValue(name, out var allowed), $"'{name}' is not in STYLE rule 3; give it a place.");
        Assert.Empty(found.Except(allowed, StringComparer.Ordinal));
    }

    [Fact]
    public void Gateway_References_EveryShippedProject()
    {
        // What connector authors test with has no place in a gateway.
        var all = Repository.Files("src", ".csproj").Select(Repository.NameOf)
            .Where(name => name is not ("Gateway" or "Testing"));

        var found = Repository.ReferencesOf(
            Path.Combine(Repository.Root, "src/Meridian.Gateway/Meridian.Gateway.csproj"));

        Assert.Empty(all.Except(found, StringComparer.Ordinal));
    }

    [Fact]
    public void Internals_OfMqtt_AreSeenByItsTestingLibraryAlone()
    {
        foreach (var project in Repository.Files("src", ".csproj"))
        {
            var friends = System.Xml.Linq.XDocument.Load(project).Descendants("InternalsVisibleTo")
                .Select(friend => (string)friend.Attribute("Include")!);

            string[] allowed = Repository.NameOf(project) is "Mqtt" ? ["Meridian.Mqtt.Testing"] : [];

            Assert.Equal(allowed, friends, StringComparer.Ordinal);
        }
    }

    [Fact]
    public void Solution_Lists_EveryProject()
    {
        var solution = File.ReadAllText(Path.Combine(Repository.Root, "Meridian.slnx")).Replace('\\', '/');

        var missing = Folders
            .SelectMany(folder => Repository.Files(folder, ".csproj"))
            .Select(Repository.Relative)
            .Where(project => !solution.Contains(project, StringComparison.Ordinal));

        Assert.Empty(missing);
    }
}
