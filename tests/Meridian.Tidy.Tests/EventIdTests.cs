using System.Globalization;
using System.Text.RegularExpressions;

namespace Meridian.Tidy.Tests;

/// <summary>STYLE rule 38: an event id means one thing for ever, and tells by its number where it comes from.</summary>
public sealed partial class EventIdTests
{
    /// <summary>The numbers of each project: first included, end excluded.</summary>
    private static readonly Dictionary<string, (int First, int End)> Ranges = new(StringComparer.Ordinal)
    {
        ["Mqtt"] = (1000, 1800),
        ["Mqtt.Hosting"] = (1800, 1900),
        ["Mqtt.Testing"] = (1900, 2000),
        ["Journal"] = (2000, 3000),
        ["Engine"] = (3000, 3500),
        ["Configuration"] = (3500, 4000),
        ["Gateway"] = (6000, 7000),
        ["Connectors.Basic"] = (10_000, 10_100),
        ["Connectors.Mqtt"] = (10_100, 10_200),
        ["Connectors.Postgres"] = (10_200, 10_300),
        ["Connectors.Modbus"] = (10_300, 10_400),
        ["Connectors.Http"] = (10_400, 10_500),
        ["Connectors.Files"] = (10_500, 10_600),
    };

    [Fact]
    public void EventIds_OfAllProjects_AreUniqueAndInTheirRange()
    {
        var found = Repository.Files("src", "EventIds.cs")
            .SelectMany(file => Constant().Matches(File.ReadAllText(file))
                .Select(match => (
                    Project: Repository.Relative(file).Split('/')[1]["Meridian.".Length..],
                    Id: Number(match.Groups["id"].Value))))
            .ToList();

        Assert.NotEmpty(found);
        Assert.Empty(found.GroupBy(found => found.Id).Where(group => group.Count() > 1).Select(group => group.Key));
        Assert.All(found, one => Assert.InRange(one.Id, Ranges[one.Project].First, Ranges[one.Project].End - 1));
    }

    private static int Number(string literal) =>
        int.Parse(literal.Replace("_", string.Empty, StringComparison.Ordinal), CultureInfo.InvariantCulture);

    [GeneratedRegex(
        @"const int \w+ = (?<id>[\d_]+);", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Constant();
}
