using Meridian.Sdk.Faults;

namespace Meridian.Testing.Tests.Contract;

/// <summary>How an echo North behaves.</summary>
/// <param name="Limit">How long it waits for an answer.</param>
internal sealed record EchoBehaviour(TimeSpan Limit)
{
    public bool IsHopeful { get; init; }

    public bool TestsByConnectingOnly { get; init; }

    public Fault FaultOfSilence { get; init; } = Fault.Unreachable;
}
