namespace Meridian.Connectors.Postgres;

/// <summary>The ids of what this project logs: 10200 to 10299.</summary>
internal static class EventIds
{
    /// <summary>A table was made.</summary>
    public const int TablesMade = 10200;
}
