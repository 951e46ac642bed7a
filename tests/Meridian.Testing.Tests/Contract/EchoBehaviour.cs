using Meridian.Sdk.Faults;

namespace Meridian.Testing.Tests.Contract;

/// <summary>How an echo North behaves.</summary>
/// <param name="Limit">How long it waits for an answer.</param>
internal sealed record EchoBehaviour(TimeSpan Limit)
{
    public bool IsHopeful { get; init; }

    public bool TestsByConnectingOnly { get; init; }

    /// <summary>Whether a delivery is put off without a word to the echo; asked once for each delivery.</summary>
    public Func<bool> IsShyNow { get; init; } = static () => false;

    public Fault FaultOfSilence { get; init; } = Fault.Unreachable;
}
