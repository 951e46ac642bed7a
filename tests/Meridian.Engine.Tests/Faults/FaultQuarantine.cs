using System.Text.Json;

namespace Meridian.Engine.Tests.Faults;

/// <summary>What lies in a North's quarantine.</summary>
internal sealed class FaultQuarantine
{
    /// <summary>Reads it; nothing may lie there twice, or without a reason.</summary>
    public FaultQuarantine(string path)
    {
        // The gateway may be writing the next line at this moment.
        var text = File.ReadAllText(path);
        foreach (var line in text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            using var json = JsonDocument.Parse(line);
            var root = json.RootElement;
            Assert.False(string.IsNullOrEmpty(root.GetProperty("reason").GetString()));
            Assert.True(Positions.Add(root.GetProperty("position").GetInt64()), $"{line} is there twice.");
            if (root.TryGetProperty("file", out var file))
            {
                Files.Add(Datum.OfFile(file.GetString()!));
            }
            else
            {
                var reading = root.GetProperty("reading");
                var datum = new Datum(
                    reading.GetProperty("point").GetString()!, reading.GetProperty("value").GetInt64());
                Readings.Add(root.GetProperty("position").GetInt64(), datum);
            }
        }
    }

    public HashSet<long> Positions { get; } = [];

    public Dictionary<long, Datum> Readings { get; } = [];

    public HashSet<Datum> Files { get; } = [];
}
