using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Meridian.Sdk;
using Meridian.Sdk.Faults;
using Meridian.Sdk.Intakes;
using Meridian.Sdk.South;

namespace Meridian.Connectors.Basic.Intake;

/// <summary>
/// Takes what is pushed to it. A push is answered when it is on disk; what waits is counted, and beyond the bound the
/// answer is busy. A stop answers everybody.
/// </summary>
[SuppressMessage(
    "Design",
    "CA1001:Types that own disposable fields should be disposable",
    Justification = "DisconnectAsync disposes it.")]
internal sealed class IntakeSouth(ISouthContext context, IntakeSettings settings) : ITakesIntake
{
    /// <summary>How long a disconnect waits for what was taken to come to the disk.</summary>
    private static readonly TimeSpan DrainWithin = TimeSpan.FromSeconds(5);

    private readonly PushCheck _check = new(settings);
    private readonly PushBound _bound = new(settings.MaxWaiting, settings.MaxWaitingSize.Bytes);
    private readonly ConcurrentDictionary<StoredReceipt, byte> _waiting = [];
    private CancellationTokenSource? _serving;

    public Task ConnectAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _serving ??= new CancellationTokenSource();
        context.ReportConnected();
        return Task.CompletedTask;
    }

    public async ValueTask<IntakeOutcome> TakeAsync(Content content, CancellationToken cancellationToken)
    {
        if (_check.Find(content) is { } problem)
        {
            return IntakeOutcome.Refused(problem);
        }

        var bytes = PushCheck.BytesOf(content);
        if (_serving is not { } serving)
        {
            return Busy("It does not run at this moment; nothing was taken.");
        }

        if (!_bound.TryEnter(bytes))
        {
            return Busy(
                string.Create(
                    CultureInfo.InvariantCulture, $"{settings.MaxWaiting} pushes, or {settings.MaxWaitingSize},")
                + " wait for the disk already; nothing was taken.");
        }

        try
        {
            return await TakeBoundedAsync(content, serving, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _bound.Leave(bytes);
        }
    }

    /// <summary>Takes nothing more, and answers who waits: stored, or, when the disk has no time left, not known.
    /// </summary>
    public async Task DisconnectAsync(CancellationToken cancellationToken)
    {
        if (_serving is not { } serving)
        {
            return;
        }

        _serving = null;
        await serving.CancelAsync().ConfigureAwait(false);
        using var over = new CancellationTokenSource(DrainWithin, context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancellationToken);
        var stored = Task.WhenAll(_waiting.Keys.Select(static one => (Task)one.Answer));
        _ = await Task.WhenAny(stored, Task.Delay(Timeout.InfiniteTimeSpan, context.Time, either.Token))
            .ConfigureAwait(false);
        await either.CancelAsync().ConfigureAwait(false);
        foreach (var waiting in _waiting.Keys)
        {
            waiting.GiveUp();
        }

        serving.Dispose();
    }

    public Task<IReadOnlyList<Diagnostic>> TestConnectionAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Diagnostic>>([new Diagnostic("Waits for", "pushes")]);

    private async Task<IntakeOutcome> TakeBoundedAsync(
        Content content, CancellationTokenSource serving, CancellationToken cancellationToken)
    {
        // Known before it is offered: a disconnect answers all that it finds here, and cancels the offers of the
        // others.
        var receipt = new StoredReceipt();
        _waiting[receipt] = 0;
        try
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(serving.Token, cancellationToken);
            await context.Intakes.OfferAsync(new Sdk.Intakes.Intake(Named(content)) { Receipt = receipt }, either.Token)
                .ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            receipt.GiveUp();
            _ = _waiting.TryRemove(receipt, out _);
            switch (fault)
            {
                case OperationCanceledException or ObjectDisposedException
                    when !cancellationToken.IsCancellationRequested:
                    return Busy("It stops at this moment; nothing was taken.");
                case ConnectorException:
                    return Busy($"Nothing was taken: {fault.Message}");
                default:
                    throw;
            }
        }

        // What was taken is lent until it is on disk, whoever is cancelled meanwhile.
        var isStored = await receipt.Answer.ConfigureAwait(false);
        _ = _waiting.TryRemove(receipt, out _);
        return isStored
            ? IntakeOutcome.Stored
            : Busy("It stopped before this was known to be on disk; what is pushed again may come twice.");
    }

    private IntakeOutcome Busy(string reason) => IntakeOutcome.Busy(settings.RetryAfter, reason);

    private Content Named(Content content)
    {
        if (settings.PointPrefix.Length == 0 || content is not ReadingsContent readings)
        {
            return content;
        }

        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        var named = readings.Readings.ToArray();
        for (var i = 0; i < named.Length; i++)
        {
            ref var reading = ref named[i];
            if (!names.TryGetValue(reading.Point, out var point))
            {
                names[reading.Point] = point = settings.PointPrefix + reading.Point;
            }

            reading = reading with { Point = point };
        }

        return readings with { Readings = named };
    }
}
