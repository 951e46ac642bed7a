namespace Meridian.EndToEnd.Tests.Flows;

/// <summary>What the files North has written.</summary>
internal static class CsvFiles
{
    /// <summary>
    /// The data lines of all files, in the order of their names; each file begins with its header. A part that a kill
    /// left before anything of it counted is set aside as an orphan; what it held comes again.
    /// </summary>
    /// <param name="folder">The North's folder.</param>
    /// <param name="besides">What else may lie there, by name.</param>
    public static IEnumerable<string> ReadLines(string folder, params string[] besides)
    {
        foreach (var file in Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal))
        {
            if (file.EndsWith(".csv.orphan", StringComparison.Ordinal)
                || besides.Contains(Path.GetFileName(file), StringComparer.Ordinal))
            {
                continue;
            }

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
