using Meridian.Sdk.Faults;

namespace Meridian.Testing.Contract;

/// <summary>How a call ended, where it ended as the contract allows.</summary>
/// <param name="Fault">What it threw; null when it returned or was cancelled.</param>
/// <param name="IsCancelled">Whether it ended by its cancellation.</param>
internal sealed record CallEnd(ConnectorException? Fault, bool IsCancelled)
{
    public static CallEnd Returned { get; } = new(null, IsCancelled: false);

    public static CallEnd Cancelled { get; } = new(null, IsCancelled: true);

    public bool IsReturned => Fault is null && !IsCancelled;

    public override string ToString() =>
        Fault is { } fault ? $"it threw {fault.Fault}: {fault.Message}"
        : IsCancelled ? "it was cancelled" : "it returned";
}
