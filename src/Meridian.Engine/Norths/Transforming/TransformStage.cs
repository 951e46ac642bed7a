using Meridian.Journal;
using Meridian.Journal.Cursors;
using Meridian.Sdk.Readings;
using Meridian.Transforms;
using Microsoft.Extensions.Logging;

namespace Meridian.Engine.Norths.Transforming;

/// <summary>
/// The transforms of one North, run over the journal in its order. What they remember is always that of the last
/// datum that ran; whenever the pump goes back, they go back to what was saved and run again up to there.
/// </summary>
/// <remarks>Belongs to the North's pump.</remarks>
internal sealed partial class TransformStage(
    TransformChain chain, TransformMemory? memory, TimeProvider time, string north, ILogger logger)
{
    /// <summary>At the least between two saves: so much is run again after a kill.</summary>
    private static readonly TimeSpan SaveAfter = TimeSpan.FromSeconds(10);

    /// <summary>Saving takes at most this of the disk: a state of 10 MB is saved each minute.</summary>
    private const double MaxBytesPerSecond = 170_000;

    private long _next;
    private long _savedAt;
    private long _savedTime = time.GetTimestamp();
    private TimeSpan _pause = SaveAfter;

    /// <summary>What the transforms made of what ran; clear it when it was taken.</summary>
    public TransformResult Result => chain.Result;

    /// <summary>Goes back to what was saved; where nothing fits, they begin anew where the North goes on.</summary>
    /// <param name="committed">Where the North's cursor stands.</param>
    /// <param name="cancellationToken">Cancels the wait for the disk.</param>
    /// <returns>
    /// From where to read again; what leaves before <paramref name="committed"/> was delivered already.
    /// </returns>
    public async ValueTask<JournalPosition> RewindAsync(JournalPosition committed, CancellationToken cancellationToken)
    {
        chain.Result.Clear();
        if (memory?.Load(out var state) is { } saved && saved.Value <= committed.Value)
        {
            if (!chain.Load(state))
            {
                LogBegunAnew(north);
            }

            _next = _savedAt = saved.Value;
            return saved;
        }

        if (memory is not null)
        {
            // A kill before the first save must find this beginning, and not its own.
            _ = chain.Load([]);
            var isSaved = await memory.SaveAsync(committed, chain.Save, cancellationToken).ConfigureAwait(false);
            (_next, _savedAt) = (committed.Value, isSaved is null ? -1 : committed.Value);
            return committed;
        }

        _next = committed.Value;
        return committed;
    }

    /// <summary>Runs one datum, unless it has.</summary>
    public void Run(in Reading reading, long position, string south, string? group)
    {
        if (position >= _next)
        {
            _next = position + 1;
            chain.Run(new TransformEntry(reading, position, south, group));
        }
    }

    /// <summary>Everything before a position has run, or is not for this North.</summary>
    public void Passed(JournalPosition end) => _next = Math.Max(_next, end.Value);

    /// <summary>
    /// Waits for more data, and saves meanwhile: what they hold back may be what the data wait for in a full journal.
    /// </summary>
    /// <param name="reading">The read.</param>
    /// <param name="committed">Where the North's cursor stands; nothing else runs meanwhile.</param>
    /// <param name="cancellationToken">Cancels the wait for the disk.</param>
    public async ValueTask<JournalBatch> AwaitAsync(
        ValueTask<JournalBatch> reading, JournalPosition committed, CancellationToken cancellationToken)
    {
        if (memory is null || reading.IsCompleted)
        {
            return await reading.ConfigureAwait(false);
        }

        var read = reading.AsTask();
        while (!read.IsCompleted && committed.Value != _savedAt)
        {
            using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var pause = Task.Delay(SaveAfter, time, waiting.Token);
            if (await Task.WhenAny(read, pause).ConfigureAwait(false) == pause)
            {
                await SaveAsync(committed, isLast: true, cancellationToken).ConfigureAwait(false);
            }

            await waiting.CancelAsync().ConfigureAwait(false);
        }

        return await read.ConfigureAwait(false);
    }

    /// <summary>Saves when it is time, and nothing has run that was not committed.</summary>
    /// <param name="committed">Where the North's cursor stands.</param>
    /// <param name="isLast">The North stops or waits: it is time.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    public async ValueTask SaveAsync(JournalPosition committed, bool isLast, CancellationToken cancellationToken)
    {
        if (memory is null
            || committed.Value != _next
            || committed.Value == _savedAt
            || (!isLast && time.GetElapsedTime(_savedTime) < _pause))
        {
            return;
        }

        var bytes = await memory.SaveAsync(committed, chain.Save, cancellationToken).ConfigureAwait(false);
        var needed = TimeSpan.FromSeconds((bytes ?? 0) / MaxBytesPerSecond);
        _savedAt = bytes is null ? _savedAt : committed.Value;
        (_savedTime, _pause) = (time.GetTimestamp(), needed > SaveAfter ? needed : SaveAfter);
    }

    [LoggerMessage(
        EventIds.TransformsBegunAnew,
        LogLevel.Information,
        "{North}: its transforms were changed; those that remember earlier data begin anew.")]
    private partial void LogBegunAnew(string north);
}
