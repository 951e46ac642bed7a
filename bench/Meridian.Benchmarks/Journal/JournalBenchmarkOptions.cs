using System.Globalization;

namespace Meridian.Benchmarks.Journal;

/// <summary>How much the journal benchmark does.</summary>
internal sealed record JournalBenchmarkOptions
{
    /// <summary>How long each work runs.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How much waits in the works about a backlog, in MiB.</summary>
    public int BacklogMegabytes { get; init; } = 1024;

    /// <summary>On which disk; the temporary folder when null.</summary>
    public string? Folder { get; init; }

    /// <summary>Only the works whose name holds these words; all when null. Nothing is kept then.</summary>
    public string? Only { get; init; }

    /// <summary>Reads the words after <c>journal</c>.</summary>
    public static JournalBenchmarkOptions Parse(string[] words)
    {
        var options = new JournalBenchmarkOptions();
        for (var i = 0; i + 1 < words.Length; i += 2)
        {
            options = words[i] switch
            {
                "--seconds" => options with { Duration = TimeSpan.FromSeconds(Number(words[i + 1])) },
                "--backlog-mb" => options with { BacklogMegabytes = Number(words[i + 1]) },
                "--folder" => options with { Folder = words[i + 1] },
                "--only" => options with { Only = words[i + 1] },
                _ => throw new ArgumentException($"There is no option '{words[i]}'.", nameof(words)),
            };
        }

        return options;
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
