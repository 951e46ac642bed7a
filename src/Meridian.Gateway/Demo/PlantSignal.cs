using System.Globalization;

namespace Meridian.Gateway.Demo;

/// <summary>One signal of the simulated plant: a topic, how often it speaks, and what it says next.</summary>
/// <param name="Topic">Its MQTT topic.</param>
/// <param name="Every">Its period in ticks of 100 ms.</param>
/// <param name="Next">Its next sample.</param>
internal sealed record PlantSignal(string Topic, int Every, Func<PlantSample> Next);

/// <summary>What a signal says: a JSON literal and a quality word.</summary>
/// <param name="Json">The value as a JSON literal.</param>
/// <param name="Quality">good, uncertain or bad.</param>
internal readonly record struct PlantSample(string Json, string Quality = "good")
{
    public static PlantSample Of(double value, int decimals) =>
        new(value.ToString("F" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture));

    public static PlantSample Of(long value) => new(value.ToString(CultureInfo.InvariantCulture));

    public static PlantSample Of(bool value) => new(value ? "true" : "false");

    public static PlantSample Of(string value) => new($"\"{value}\"");
}
