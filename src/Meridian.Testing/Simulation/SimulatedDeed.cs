using Meridian.Sdk.Faults;

namespace Meridian.Testing.Simulation;

/// <summary>What a call meets in place of an answer; immutable.</summary>
public sealed record SimulatedDeed
{
    private SimulatedDeed()
    {
    }

    /// <summary>It never answers; the call ends when it is cancelled.</summary>
    public static SimulatedDeed Hang { get; } = new() { Delay = Timeout.InfiniteTimeSpan };

    internal TimeSpan Delay { get; private init; }

    internal bool IsDeaf { get; private init; }

    internal bool LosesAnswer { get; private init; }

    internal ConnectorException? Thrown { get; private init; }

    /// <summary>It fails, and nothing was done.</summary>
    /// <param name="fault">What is wrong; says whether it may pass, too.</param>
    /// <param name="message">In words.</param>
    public static SimulatedDeed Fail(Fault fault, string message) =>
        new() { Thrown = new ConnectorException(fault, message) };

    /// <summary>It answers later, by the connector's clock.</summary>
    /// <param name="delay">How much later.</param>
    /// <param name="isDeaf">Whether it does not hear that it is cancelled.</param>
    public static SimulatedDeed Late(TimeSpan delay, bool isDeaf = false) =>
        new() { Delay = delay, IsDeaf = isDeaf };

    /// <summary>It is done, but the answer does not come: a batch is stored and the call fails all the same.</summary>
    /// <param name="message">In words.</param>
    public static SimulatedDeed LoseAnswer(string message) =>
        new() { Thrown = new ConnectorException(Fault.Unreachable, message), LosesAnswer = true };
}
