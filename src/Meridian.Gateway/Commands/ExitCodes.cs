namespace Meridian.Gateway.Commands;

/// <summary>What the process ends with; stated in the help.</summary>
internal static class ExitCodes
{
    public const int Ok = 0;
    public const int Failed = 1;
    public const int Misconfigured = 2;
}
