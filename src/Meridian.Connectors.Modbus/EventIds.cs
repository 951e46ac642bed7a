namespace Meridian.Connectors.Modbus;

/// <summary>The ids of what this project logs: 10300 to 10399.</summary>
internal static class EventIds
{
    public const int LateAnswer = 10300;
    public const int ConnectionOpened = 10301;
    public const int RequestParted = 10302;
    public const int ConnectionGivenUp = 10303;
}
