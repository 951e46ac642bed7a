namespace Meridian.Gateway.Commands;

/// <summary>What the process ends with; stated in the help.</summary>
internal static class ExitCodes
{
    public const int Ok = 0;
    public const int Failed = 1;
    public const int Misconfigured = 2;

    /// <summary>The broker said no: to the connection, to a publication or to a subscription.</summary>
    public const int Refused = 3;

    /// <summary>The time was over before the wanted number of messages had come.</summary>
    public const int TimedOut = 4;
}
