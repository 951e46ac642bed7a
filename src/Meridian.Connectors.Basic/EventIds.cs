namespace Meridian.Connectors.Basic;

/// <summary>Connectors have 100 ids each; these are of the files North.</summary>
internal static class EventIds
{
    public const int FileCompleted = 10000;
    public const int PartResumed = 10001;
    public const int PartRemoved = 10002;
    public const int PartSetAside = 10003;
    public const int PartGone = 10004;
    public const int PartShorter = 10005;
    public const int CompletedIsLonger = 10006;
}
