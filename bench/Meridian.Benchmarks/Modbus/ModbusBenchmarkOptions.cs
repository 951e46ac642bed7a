using System.Globalization;

namespace Meridian.Benchmarks.Modbus;

/// <summary>How much the Modbus benchmark does.</summary>
internal sealed record ModbusBenchmarkOptions
{
    /// <summary>How long each work is measured.</summary>
    public int Seconds { get; init; } = 10;

    /// <summary>Only the works whose name holds these words; all when null. Nothing is kept then.</summary>
    public string? Only { get; init; }

    /// <summary>Reads the words after <c>modbus</c>.</summary>
    public static ModbusBenchmarkOptions Parse(string[] words)
    {
        var options = new ModbusBenchmarkOptions();
        for (var i = 0; i + 1 < words.Length; i += 2)
        {
            options = words[i] switch
            {
                "--seconds" => options with { Seconds = int.Parse(words[i + 1], CultureInfo.InvariantCulture) },
                "--only" => options with { Only = words[i + 1] },
                _ => throw new ArgumentException($"There is no option '{words[i]}'.", nameof(words)),
            };
        }

        return options;
    }
}
