namespace Meridian.Engine;

/// <summary>The engine's event ids, 3000 to 3499. An id is never used again for something else.</summary>
internal static class EventIds
{
    public const int EngineStarted = 3000;
    public const int EngineStopping = 3001;
    public const int EngineStopped = 3002;
    public const int CursorReleased = 3003;
    public const int NorthsNotDrained = 3004;
    public const int ConnectorLeftBehind = 3005;
    public const int ConfigurationApplied = 3006;

    public const int TrialCloseFailed = 3050;

    public const int ConnectorStarting = 3100;
    public const int ConnectorRunning = 3101;
    public const int ConnectorRetrying = 3102;
    public const int ConnectorFailed = 3103;
    public const int ConnectorCrashed = 3104;
    public const int ConnectorStopped = 3105;
    public const int ConnectorStopFailed = 3106;

    public const int ItemProblem = 3200;
    public const int ItemWell = 3201;
    public const int Undecoded = 3202;
    public const int LetGo = 3203;
    public const int ReceiptFailed = 3204;
    public const int SouthTotals = 3205;
    public const int SouthSilent = 3206;
    public const int SouthHeard = 3207;
    public const int AccountUnread = 3208;

    public const int OtherJournal = 3300;
    public const int ResumedFurther = 3301;
    public const int Quarantined = 3302;
    public const int DeliveryRetried = 3303;
    public const int DestinationSetBack = 3304;
    public const int TransformsBegunAnew = 3305;
    public const int NorthDropped = 3306;

    public const int BackfillComplete = 3400;
    public const int BackfillUnreadable = 3401;

    public const int ReplayBegun = 3420;
    public const int ReplayComplete = 3421;
    public const int ReplayEnded = 3422;
    public const int ReplayRefused = 3423;
    public const int ReplayRetried = 3424;
    public const int ReplayDropped = 3425;
    public const int ReplayUnreadable = 3426;
    public const int ReplayUnread = 3427;
}
