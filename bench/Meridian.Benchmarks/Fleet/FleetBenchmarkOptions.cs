using System.Globalization;

namespace Meridian.Benchmarks.Fleet;

/// <summary>How much the fleet's benchmark does.</summary>
internal sealed record FleetBenchmarkOptions
{
    /// <summary>How many readings go through each connector.</summary>
    public int Count { get; init; } = 1_000_000;

    /// <summary>Only the connectors whose name holds these words; all when null. Nothing is kept then.</summary>
    public string? Only { get; init; }

    /// <summary>Reads the words after <c>fleet</c>.</summary>
    /// <exception cref="ArgumentException">A word is not known.</exception>
    public static FleetBenchmarkOptions Parse(string[] words)
    {
        var options = new FleetBenchmarkOptions();
        for (var i = 0; i + 1 < words.Length; i += 2)
        {
            options = words[i] switch
            {
                "--count" => options with { Count = int.Parse(words[i + 1], CultureInfo.InvariantCulture) },
                "--only" => options with { Only = words[i + 1] },
                _ => throw new ArgumentException($"There is no option '{words[i]}'.", nameof(words)),
            };
        }

        return options;
    }
}
