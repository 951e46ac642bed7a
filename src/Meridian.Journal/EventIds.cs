namespace Meridian.Journal;

/// <summary>The ids of this project's log messages: 2000 to 2999.</summary>
internal static class EventIds
{
    public const int Opened = 2000;
    public const int Recovered = 2001;
    public const int Fault = 2002;
    public const int Healed = 2003;
    public const int Deleted = 2004;
    public const int Dropped = 2005;
    public const int Upgraded = 2006;
}
