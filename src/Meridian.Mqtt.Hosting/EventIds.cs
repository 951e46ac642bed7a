namespace Meridian.Mqtt.Hosting;

/// <summary>The numbers of this project's log events: 1800 to 1899.</summary>
internal static class EventIds
{
    public const int NotConnected = 1801;
}
