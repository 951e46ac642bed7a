using Meridian.Formats.Templates;

namespace Meridian.Connectors.Mqtt.North;

/// <summary>What topics, payloads and properties can be made of.</summary>
internal static class ReadingPlaceholders
{
    public const TemplatePlaceholders All =
        TemplatePlaceholders.Point | TemplatePlaceholders.Value
        | TemplatePlaceholders.Timestamp | TemplatePlaceholders.Quality;

    /// <summary>Whether what is made is the same for all readings of a point.</summary>
    public static bool DependsOnPointAlone(TemplatePlaceholders used) =>
        (used & ~TemplatePlaceholders.Point) == TemplatePlaceholders.None;
}
