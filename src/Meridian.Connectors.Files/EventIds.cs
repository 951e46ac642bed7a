namespace Meridian.Connectors.Files;

/// <summary>The ids of what this project logs: 10500 to 10599.</summary>
internal static class EventIds
{
    public const int FileCompleted = 10500;
    public const int PartResumed = 10501;
    public const int PartRemoved = 10502;
    public const int PartSetAside = 10503;
    public const int PartGone = 10504;
    public const int PartShorter = 10505;
    public const int CompletedIsLonger = 10506;
    public const int SpoolDamaged = 10507;
    public const int CompletionResumed = 10508;
    public const int FilesRetired = 10509;
    public const int FileKnown = 10510;
    public const int FileUploaded = 10511;
    public const int FilesWait = 10512;
}
