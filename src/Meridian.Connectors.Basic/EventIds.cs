namespace Meridian.Connectors.Basic;

/// <summary>Connectors have 100 ids each; these are of the files North.</summary>
internal static class EventIds
{
    public const int FileCompleted = 10200;
    public const int PartResumed = 10201;
    public const int PartRemoved = 10202;
    public const int PartSetAside = 10203;
    public const int PartGone = 10204;
    public const int PartShorter = 10205;
    public const int CompletedIsLonger = 10206;
}
