namespace Meridian.Connectors.Http;

/// <summary>The ids of what this project logs: 10400 to 10499.</summary>
internal static class EventIds
{
    /// <summary>A batch was larger than a body may be and went in parts.</summary>
    public const int BatchInParts = 10400;
}
