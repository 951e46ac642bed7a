namespace Meridian.Connectors.Postgres;

/// <summary>The ids of what this project logs: 10100 to 10199.</summary>
internal static class EventIds
{
    /// <summary>A table was made.</summary>
    public const int TablesMade = 10100;
}
