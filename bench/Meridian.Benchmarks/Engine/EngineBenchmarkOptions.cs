using System.Globalization;

namespace Meridian.Benchmarks.Engine;

/// <summary>How much the engine benchmark does.</summary>
internal sealed record EngineBenchmarkOptions
{
    /// <summary>How long each flow is measured.</summary>
    public int Seconds { get; init; } = 20;

    /// <summary>How often an item is added, changed and removed.</summary>
    public int Changes { get; init; } = 20;

    /// <summary>Only the works whose name holds these words; all when null. Nothing is kept then.</summary>
    public string? Only { get; init; }

    /// <summary>Reads the words after <c>engine</c>.</summary>
    public static EngineBenchmarkOptions Parse(string[] words)
    {
        var options = new EngineBenchmarkOptions();
        for (var i = 0; i + 1 < words.Length; i += 2)
        {
            options = words[i] switch
            {
                "--seconds" => options with { Seconds = Number(words[i + 1]) },
                "--changes" => options with { Changes = Number(words[i + 1]) },
                "--only" => options with { Only = words[i + 1] },
                _ => throw new ArgumentException($"There is no option '{words[i]}'.", nameof(words)),
            };
        }

        return options;
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
