namespace Meridian.EndToEnd.Tests.Flows;

/// <summary>What the files North has written.</summary>
internal static class CsvFiles
{
    /// <summary>The data lines of all files, in the order of their names; each file begins with its header.</summary>
    /// <param name="folder">The North's folder.</param>
    public static IEnumerable<string> ReadLines(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal))
        {
            Assert.EndsWith(".csv", file, StringComparison.Ordinal);
            var lines = File.ReadAllLines(file);
            Assert.Equal("timestamp,point,value,quality", lines[0]);
            foreach (var line in lines.Skip(1))
            {
                yield return line;
            }
        }
    }

    /// <summary>Counts the sequence numbers, which are the values.</summary>
    /// <param name="folder">The North's folder.</param>
    /// <param name="expected">How many numbers there are.</param>
    public static SequenceTally Count(string folder, int expected)
    {
        var tally = new SequenceTally(expected);
        foreach (var line in ReadLines(folder))
        {
            var fields = line.Split(',');
            tally.Add(fields.Length == 4 ? fields[2] : line);
        }

        return tally;
    }
}
