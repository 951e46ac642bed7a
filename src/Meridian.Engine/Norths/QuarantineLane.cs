using System.Runtime.InteropServices;
using System.Threading.Channels;
using Meridian.Engine.Quarantine;
using Meridian.Engine.Supervision;
using Meridian.Sdk.North;

namespace Meridian.Engine.Norths;

/// <summary>
/// Delivers from a North's quarantine what somebody asked for, beside the pump and never at the same time: each takes
/// its turns at the gate.
/// </summary>
internal sealed class QuarantineLane(
    QuarantineFile file, QuarantineSend send, int maxReadings, Backoff backoff, TimeProvider time) : IDisposable
{
    /// <summary>Requests that wait; who asks for more waits to ask.</summary>
    private const int MaxRequests = 16;

    private readonly QuarantineShelf _shelf = new(file);
    private readonly CancellationTokenSource _over = new();
    private readonly Channel<Request> _requests = Channel.CreateBounded<Request>(new BoundedChannelOptions(MaxRequests)
    {
        FullMode = BoundedChannelFullMode.Wait,
        SingleReader = true,
        SingleWriter = false,
    });

    /// <summary>Whether data of a position are on their way at this moment.</summary>
    public bool IsTrying(long position) => send.IsTrying(position);

    /// <summary>Asks for data to be delivered, and waits for what comes of it.</summary>
    public async Task<QuarantineRetry> RetryAsync(
        IReadOnlyCollection<long>? positions, CancellationToken cancellationToken)
    {
        using var given = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _over.Token);
        var request = new Request(positions?.ToHashSet(), given.Token);
        await _requests.Writer.WriteAsync(request, given.Token).ConfigureAwait(false);
        using var withdrawing = given.Token.UnsafeRegister(static self => ((Request)self!).Withdraw(), request);
        return await request.Outcome.ConfigureAwait(false);
    }

    /// <summary>
    /// Serves requests while the North is connected. Runs until cancelled; throws when the connection is of no more
    /// use. A request that is cut off so ends with what it came to.
    /// </summary>
    public async Task RunAsync(INorth north, CancellationToken cancellationToken)
    {
        while (true)
        {
            var request = await _requests.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (request.TryBegin())
            {
                await ServeAsync(north, request, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Nobody serves any more: those who wait are told.</summary>
    public void Close() => _over.Cancel();

    public void Dispose() => _over.Dispose();

    private async Task ServeAsync(INorth north, Request request, CancellationToken cancellationToken)
    {
        var progress = new QuarantineProgress(request.CountIn(file.Ledger));
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, request.Given);
        try
        {
            await TryAllAsync(north, request, progress, new Patience(either.Token, cancellationToken))
                .ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested
            && request.Given.IsCancellationRequested)
        {
            progress.Leave("It was cancelled.");
        }
        catch (OperationCanceledException)
        {
            progress.Leave("The North was stopped or lost its connection.");
            throw;
        }
        catch (Exception fault)
        {
            // Whoever serves the North treats it; who asked is told.
            progress.Leave(fault.Message);
            throw;
        }
        finally
        {
            request.End(progress.ToResult());
        }
    }

    private async Task TryAllAsync(
        INorth north, Request request, QuarantineProgress progress, Patience patience)
    {
        var to = file.Length;
        for (var from = 0L; from < to;)
        {
            patience.Waiting.ThrowIfCancellationRequested();
            var data = _shelf.Read(from, to, maxReadings, request.IsWanted, out from);
            foreach (var part in Parts(north, data, progress))
            {
                await TryAsync(north, part, progress, patience).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Portions in one call of the connector: readings together, each file alone.</summary>
    private static IEnumerable<IReadOnlyList<QuarantinedDatum>> Parts(
        INorth north, IReadOnlyList<QuarantinedDatum> data, QuarantineProgress progress)
    {
        var readings = new List<QuarantinedDatum>(data.Count);
        foreach (var datum in data)
        {
            if (datum.Reading is not null && north is IHandlesValues)
            {
                readings.Add(datum);
            }
            else if (datum.FileName is not null && north is IHandlesFile)
            {
                yield return [datum];
            }
            else
            {
                progress.Leave(datum.Reading is null && datum.FileName is null
                    ? "Its line does not hold it whole; it can be discarded only."
                    : "The North does not take such data any more.");
            }
        }

        if (readings.Count > 0)
        {
            yield return [.. readings.OrderBy(static datum => datum.Position)];
        }
    }

    /// <summary>Tries a portion until its fate is known, in halves where something in it is refused.</summary>
    private async Task TryAsync(
        INorth north,
        IReadOnlyList<QuarantinedDatum> part,
        QuarantineProgress progress,
        Patience patience)
    {
        var left = new Stack<IReadOnlyList<QuarantinedDatum>>([part]);
        while (left.TryPop(out var data))
        {
            var outcome = await send.SendAsync(north, data, progress, patience).ConfigureAwait(false);
            var rest = Rest(data, outcome);
            if (outcome.Kind == DeliveryOutcomeKind.Retry)
            {
                await WaitAsync(outcome, patience.Waiting).ConfigureAwait(false);
            }
            else if (outcome is { Kind: DeliveryOutcomeKind.Rejected, Rejections: null })
            {
                var half = rest.Count / 2;
                if (half == 0)
                {
                    progress.Refuse(1, outcome.Reason);
                    continue;
                }

                left.Push([.. rest.Skip(half)]);
                rest = [.. rest.Take(half)];
            }
            else
            {
                backoff.Reset();
                progress.Refuse(outcome.Rejections?.Count ?? 0, outcome.Rejections?[0].Reason);
            }

            if (rest.Count > 0)
            {
                left.Push(rest);
            }
        }
    }

    /// <summary>What comes again after an outcome.</summary>
    private static IReadOnlyList<QuarantinedDatum> Rest(
        IReadOnlyList<QuarantinedDatum> data, in DeliveryOutcome outcome) => outcome.Kind switch
        {
            DeliveryOutcomeKind.Delivered => [],
            DeliveryOutcomeKind.Retry => [.. data.Skip(outcome.DeliveredCount)],
            _ when outcome.Rejections is null => data,
            _ => Without(data, outcome.Rejections),
        };

    private static List<QuarantinedDatum> Without(
        IReadOnlyList<QuarantinedDatum> data, IReadOnlyList<Rejection> rejections)
    {
        var refused = rejections.Select(static one => one.Index).ToHashSet();
        return [.. data.Where((_, index) => !refused.Contains(index))];
    }

    private async Task WaitAsync(DeliveryOutcome outcome, CancellationToken cancellationToken)
    {
        var delay = OutcomeCheck.Within(outcome.RetryAfter) ?? backoff.Next();
        await Task.Delay(delay, time, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What somebody asked for.</summary>
    private sealed class Request(HashSet<long>? positions, CancellationToken given)
    {
        private readonly TaskCompletionSource<QuarantineRetry> _outcome =
            new(TaskCreationOptions.RunContinuationsAsynchronously);

        private int _isTaken;

        public CancellationToken Given => given;

        public Task<QuarantineRetry> Outcome => _outcome.Task;

        public bool IsWanted(long position) => positions?.Contains(position) != false;

        /// <summary>How many of those lie there.</summary>
        public long CountIn(QuarantineLedger ledger) =>
            positions?.Count(ledger.Lying.Contains) ?? ledger.CountBetween(0, long.MaxValue).Lying;

        /// <summary>Whether it is served now: not where it was withdrawn before.</summary>
        public bool TryBegin() => Interlocked.Exchange(ref _isTaken, 1) == 0;

        public void Withdraw()
        {
            if (TryBegin())
            {
                _outcome.TrySetCanceled(given);
            }
        }

        public void End(QuarantineRetry outcome) => _outcome.TrySetResult(outcome);
    }
}

/// <summary>How long a delivery that somebody asked for may go on.</summary>
/// <param name="Waiting">
/// Cancels what is not on its way: who asked gave up, or the North is not served any more.
/// </param>
/// <param name="Sending">Cancels what is: the North is not served any more.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Patience(CancellationToken Waiting, CancellationToken Sending);
