namespace Meridian.Testing.Contract;

/// <summary>Checks of what only a South does to which data are handed.</summary>
internal static class IntakeChecks
{
    /// <summary>How long an answer is waited for that must not come.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(200);

    /// <summary>A disk that takes its time: what is taken and not yet on it is not answered.</summary>
    public static async Task StoredWhenOnDiskAsync(SouthBench bench)
    {
        var life = await bench.MakeAsync(LifeStage.Serving).ConfigureAwait(false);
        var taken = life.South.TakenCount;
        life.South.HoldReceipts();
        var pushing = life.TryAsync(Clause.Take, token => bench.Pushes.PushAsync(life, token));
        var taking = life.South.UntilAsync(() => life.South.TakenCount > taken, bench.Options.Deadline);
        await Task.WhenAny(pushing, taking).ConfigureAwait(false);
        await Guard.WaitAsync(pushing, Patience).ConfigureAwait(false);
        if (pushing.IsCompleted)
        {
            var early = await pushing.ConfigureAwait(false); // What was answered stored is told by the course.
            throw new ContractViolationException(
                Clause.Take, "the answer stored, when it is on disk", $"{early}, before the disk had it", early.Fault);
        }

        life.South.ReleaseReceipts();
        var end = await pushing.ConfigureAwait(false);
        if (!end.IsReturned)
        {
            throw new ContractViolationException(
                Clause.Take, "the answer stored, now that it is on disk", end.ToString(), end.Fault);
        }

        await bench.EndAsync(life).ConfigureAwait(false);
        await bench.VerifyAsync().ConfigureAwait(false);
    }
}
