using Meridian.Sdk;
using Meridian.Sdk.North;
using Meridian.Testing.Contexts;
using Meridian.Testing.Peers;

namespace Meridian.Testing.Contract;

/// <summary>What a check of a North works with.</summary>
internal sealed class NorthBench(NorthManifest manifest, INorthPeer peer, ContractOptions options)
    : Bench(options, peer)
{
    private readonly NorthCourse _course = new();
    private readonly HashSet<Life> _ready = [];
    private TestNorthContext? _last;

    public INorthPeer Destination => peer;

    public NorthCourse Course => _course;

    public override IReadOnlyList<ContractCall> DataCalls =>
    [
        .. CallsOf(NorthCapabilities.OwnCursor,
            new ContractCall("read positions", Clause.Positions, LifeStage.Connected, _course.ResumeAsync)),
        .. CallsOf(NorthCapabilities.Values,
            new ContractCall("handle values", Clause.Values, LifeStage.Serving, _course.DeliverAsync)),
        .. CallsOf(NorthCapabilities.File,
            new ContractCall("handle file", Clause.HandleFile, LifeStage.Serving, _course.DeliverFileAsync)),
    ];

    public bool Has(NorthCapabilities capability) => manifest.Capabilities.HasFlag(capability);

    /// <inheritdoc/>
    public override void Forget(Life life) => _ready.Remove(life);

    /// <summary>Delivers as the engine does: what was refused for now comes again, in order.</summary>
    public override async Task ServeAsync(Life life)
    {
        if (Has(NorthCapabilities.OwnCursor) && _ready.Add(life))
        {
            await life.MustReturnAsync(Clause.Positions, token => _course.ResumeAsync(life, token))
                .ConfigureAwait(false);
        }

        if (Has(NorthCapabilities.Values))
        {
            await DeliverAsync(life, Clause.Values, _course.DeliverAsync).ConfigureAwait(false);
        }

        if (Has(NorthCapabilities.File))
        {
            await DeliverAsync(life, Clause.HandleFile, _course.DeliverFileAsync).ConfigureAwait(false);
        }
    }

    /// <summary>Looks whether the destination has what was delivered, as often as is promised.</summary>
    public override async Task VerifyAsync()
    {
        var verdict = new DeliveryVerdict(_course, manifest.Guarantee);
        ContractViolationException? broken = null;
        await Guard.UntilAsync(
            async () => (broken = verdict.Judge(await peer.ReadReceivedAsync().ConfigureAwait(false))) is null,
            Options.Deadline).ConfigureAwait(false);
        if (broken is not null)
        {
            throw broken;
        }

        foreach (var (name, content) in _course.DeliveredFiles)
        {
            if (await peer.ReadFileAsync(name).ConfigureAwait(false) is { } found
                && !found.Span.SequenceEqual(content))
            {
                throw new ContractViolationException(
                    Clause.HandleFile, $"the {content.Length} bytes of '{name}'", $"it has {found.Length}, or others");
            }
        }
    }

    protected override Life Make(TestContextOptions options)
    {
        var context = options.IsTest || _last is null
            ? new TestNorthContext(options)
            : _last.Restart(isAfterKill: false, options);
        _last = options.IsTest ? _last : context;
        context.OnStep = Steps.Returned;
        return new Life(manifest.Create(context, peer.Settings), null, context, Guard, Options);
    }

    private IEnumerable<ContractCall> CallsOf(NorthCapabilities capability, params ContractCall[] calls) =>
        Has(capability) ? calls.Select(static call => call with { NeedsPeer = true }) : [];

    private async Task DeliverAsync(Life life, Clause clause, Func<Life, CancellationToken, Task> deliver)
    {
        var isDelivered = await Guard.UntilAsync(
            async () =>
            {
                await life.MustReturnAsync(clause, token => deliver(life, token)).ConfigureAwait(false);
                return _course.LastOutcome.Kind != DeliveryOutcomeKind.Retry;
            },
            Options.Deadline).ConfigureAwait(false);
        if (!isDelivered || _course.LastOutcome.Kind == DeliveryOutcomeKind.Rejected)
        {
            throw new ContractViolationException(
                clause,
                $"the destination takes a batch within {Options.Deadline.TotalSeconds:0.#} s",
                $"the outcome was {_course.LastOutcome.Kind}: {_course.LastOutcome.Reason}");
        }
    }
}
