using System.Globalization;

namespace Meridian.Benchmarks.Postgres;

/// <summary>How much the PostgreSQL benchmark does.</summary>
internal sealed record PostgresBenchmarkOptions
{
    /// <summary>How long each writer is measured in a round.</summary>
    public int Seconds { get; init; } = 10;

    /// <summary>How many rounds, each writer in turn.</summary>
    public int Rounds { get; init; } = 3;

    /// <summary>Only this writer beside the raw COPY; all when null. Nothing is kept then.</summary>
    public string? Only { get; init; }

    /// <summary>Reads the words after <c>postgres</c>.</summary>
    public static PostgresBenchmarkOptions Parse(string[] words)
    {
        var options = new PostgresBenchmarkOptions();
        for (var i = 0; i + 1 < words.Length; i += 2)
        {
            options = words[i] switch
            {
                "--seconds" => options with { Seconds = int.Parse(words[i + 1], CultureInfo.InvariantCulture) },
                "--rounds" => options with { Rounds = int.Parse(words[i + 1], CultureInfo.InvariantCulture) },
                "--only" => options with { Only = words[i + 1] },
                _ => throw new ArgumentException($"There is no option '{words[i]}'.", nameof(words)),
            };
        }

        return options;
    }
}
