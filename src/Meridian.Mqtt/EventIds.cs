namespace Meridian.Mqtt;

/// <summary>The numbers of this project's log events: 1000 to 1999.</summary>
internal static class EventIds
{
    public const int Connected = 1001;
    public const int ConnectFailed = 1002;
    public const int ConnectionLost = 1003;
    public const int GaveUp = 1004;
    public const int ReceiverFailed = 1005;
    public const int RenewalRefused = 1006;
    public const int Disconnected = 1007;
    public const int Adapted = 1008;
    public const int Unclaimed = 1009;
    public const int PacketSent = 1010;
    public const int PacketReceived = 1011;
    public const int Undelivered = 1020;
    public const int Unexpected = 1021;
}
