namespace Meridian.Connectors.Mqtt;

/// <summary>The ids of what this project logs: 10100 to 10199.</summary>
internal static class EventIds
{
    public const int SessionLost = 10100;
    public const int UnmatchedTopic = 10101;
    public const int EmptyName = 10102;
    public const int IntakeLoopFailed = 10103;
    public const int LeftBehind = 10104;
    public const int FarewellFailed = 10105;
    public const int CommandFailed = 10106;
    public const int AnswerLost = 10107;
    public const int CommandsLeftBehind = 10108;
    public const int CommandFarewellFailed = 10109;
    public const int CommandsLetGo = 10110;
    public const int CommandConnectionLost = 10111;
    public const int PropertiesLeftOut = 10112;
    public const int RebirthRequested = 10130;
    public const int RebirthNotRequested = 10131;
    public const int RebirthObeyed = 10132;
    public const int RebirthFailed = 10133;
    public const int BirthNumberLost = 10134;
    public const int StateTold = 10135;
    public const int StateLost = 10136;
    public const int StateNotTold = 10137;
    public const int StateNotHeard = 10138;
    public const int PrimaryHostAway = 10139;
    public const int PrimaryHostBack = 10140;
}
