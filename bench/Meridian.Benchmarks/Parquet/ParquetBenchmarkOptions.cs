using System.Globalization;

namespace Meridian.Benchmarks.Parquet;

/// <summary>How much the Parquet benchmark does.</summary>
internal sealed record ParquetBenchmarkOptions
{
    /// <summary>How long each shape is written for each compression.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How many million readings the large file has.</summary>
    public int LargeMillions { get; init; } = 100;

    /// <summary>Only the shapes whose name holds these words; all when null. Nothing is kept then.</summary>
    public string? Only { get; init; }

    /// <summary>Reads the words after <c>parquet</c>.</summary>
    public static ParquetBenchmarkOptions Parse(string[] words)
    {
        var options = new ParquetBenchmarkOptions();
        for (var i = 0; i + 1 < words.Length; i += 2)
        {
            options = words[i] switch
            {
                "--seconds" => options with { Duration = TimeSpan.FromSeconds(Number(words[i + 1])) },
                "--large-millions" => options with { LargeMillions = Number(words[i + 1]) },
                "--only" => options with { Only = words[i + 1] },
                _ => throw new ArgumentException($"There is no option '{words[i]}'.", nameof(words)),
            };
        }

        return options;
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
