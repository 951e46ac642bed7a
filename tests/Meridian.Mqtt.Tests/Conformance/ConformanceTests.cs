using Meridian.Fixtures;

namespace Meridian.Mqtt.Tests.Conformance;

/// <summary>Every statement that a client can break has a test, or a reason why it has none.</summary>
public sealed class ConformanceTests
{
    private static readonly IReadOnlyList<Statement> Statements = StatementList.Read();
    private static readonly IReadOnlyList<SpecMark> Marks = SpecMarks.Find();

    [Fact]
    public void Lists_OfBothStandards_AreWhole()
    {
        // The numbers are those of the appendices; the second of each is our reading of them.
        Assert.Equal((141, 78), Count("3.1.1"));
        Assert.Equal((251, 138), Count("5.0"));
        Assert.Equal(Statements.Count, Statements.DistinctBy(static one => (one.Version, one.Id)).Count());
    }

    [Fact]
    public void Mark_OfAnyTest_NamesAStatementAndIsRun()
    {
        var known = Statements.Select(static one => (one.Version, one.Id)).ToHashSet();

        Assert.All(Marks, mark => Assert.Contains((mark.Version, mark.Id), known));
        Assert.All(Marks, static mark => Assert.True(mark.IsRun, $"{mark.Test} is no test that is run."));
    }

    [Fact]
    public void Statement_CitedInTheSources_Exists()
    {
        var known = Statements.Select(static one => one.Id).ToHashSet(StringComparer.Ordinal);
        var cited = Citations.Find();

        Assert.NotEmpty(cited);
        Assert.DoesNotContain(cited, found => !known.Contains(found.Id));
    }

    [Fact]
    public void Statement_CitedBesideItsVersion_IsOfThatVersion()
    {
        var known = Statements.Select(static one => (one.Version, one.Id)).ToHashSet();
        var cited = Citations.Find().Where(static found => found.Version is not null).ToList();

        Assert.NotEmpty(cited);
        Assert.DoesNotContain(cited, found => !known.Contains((found.Version!, found.Id)));
    }

    [Fact]
    public void Statement_ThatAClientCanBreak_IsProvenOrOpenWithAReason()
    {
        var proven = Marks.Select(static mark => (mark.Version, mark.Id)).ToHashSet();
        if (ApprovedText.IsApproving)
        {
            CloseWhatIsProven(proven);
        }

        var open = StatementList.ReadOpen();
        var gaps = Statements
            .Where(static one => one.BindsClient)
            .Select(static one => (one.Version, one.Id))
            .Where(one => !proven.Contains(one) && !open.ContainsKey(one));
        var binding = Statements.Where(static one => one.BindsClient).Select(static one => (one.Version, one.Id));

        Assert.Empty(gaps); // A test is missing, was renamed without its mark, or was removed.
        Assert.Empty(open.Keys.Intersect(proven)); // Proven now: remove the line from open.txt.
        Assert.Empty(open.Keys.Except(binding)); // Not a statement that binds a client.
        Assert.Empty(open.Where(static line => line.Value.Length < 10).Select(static line => line.Key));

        var table = ConformanceTable.Write(Statements, Marks, open);
        Assert.Equal(ApprovedText.Of("docs/mqtt/conformance.md", table), table);
    }

    private static void CloseWhatIsProven(HashSet<(string Version, string Id)> proven) => File.WriteAllLines(
        StatementList.OpenFile,
        [.. File.ReadAllLines(StatementList.OpenFile).Where(line =>
            line.Split(' ') is not [var version, var id, ..] || !proven.Contains((version, id)))]);

    private static (int All, int Client) Count(string version)
    {
        var all = Statements.Where(one => one.Version.Equals(version, StringComparison.Ordinal)).ToList();
        return (all.Count, all.Count(static one => one.BindsClient));
    }
}
