using Meridian.Sdk.Intakes;

namespace Meridian.Connectors.Basic.Intake;

/// <summary>Who waits for one push: for the disk, or for the end of waiting.</summary>
internal sealed class StoredReceipt : IReceipt
{
    private readonly TaskCompletionSource<bool> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Whether it is on disk.</summary>
    public Task<bool> Answer => _answer.Task;

    public void Stored() => _answer.TrySetResult(true);

    /// <summary>Nobody waits any longer.</summary>
    public void GiveUp() => _answer.TrySetResult(false);
}
