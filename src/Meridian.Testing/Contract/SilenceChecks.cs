using Meridian.Sdk.Faults;
using Meridian.Sdk.North;
using Meridian.Sdk.South;

namespace Meridian.Testing.Contract;

/// <summary>
/// Checks of a peer that hangs: its connections stay open and nothing passes, as behind a cable that is pulled or a
/// host that stands still. Only the connector's own time limit ends that. What was held back passes afterwards, so an
/// old connection's request may still take effect.
/// </summary>
internal static class SilenceChecks
{
    public static async Task WhileConnectedAsync(Bench bench)
    {
        var relay = bench.Peer.Relay!; // the check is chosen for it
        var life = await bench.MakeAsync(LifeStage.Serving).ConfigureAwait(false);
        var (losses, retries) = (life.Losses.Count, life.Retries.Count);
        relay.Hold();
        if (bench is SouthBench south && south.Has(SouthCapabilities.Subscription))
        {
            // First of all: what an answer that fails says, a subscription of which nothing is asked would not.
            await PeerChecks.ExpectReportAsync(bench, life, losses, retries).ConfigureAwait(false);
        }

        await PeerChecks.ExpectWordAsync(bench, life, losses, retries).ConfigureAwait(false);
        relay.Release();
        await GoOnAsync(bench, life, losses, mayServe: true).ConfigureAwait(false);
        await bench.EndAsync(life).ConfigureAwait(false);
        await bench.VerifyAsync().ConfigureAwait(false);
    }

    /// <summary>The peer is silent as the call begins, from the middle of its traffic on, and before its end.</summary>
    public static async Task WithinACallAsync(Bench bench, ContractCall call)
    {
        // The fewer of two: a beat of the connection may fall into one of them, and is no part of the call.
        var parts = Math.Min(
            await CountPartsAsync(bench, call).ConfigureAwait(false),
            await CountPartsAsync(bench, call).ConfigureAwait(false));
        foreach (var part in new[] { 0, (parts + 1) / 2, parts }.Distinct())
        {
            try
            {
                await FallSilentUpToAsync(bench, call, part).ConfigureAwait(false);
            }
            catch (ContractViolationException broken)
            {
                throw new ContractViolationException(
                    new Clause(broken.Member, broken.Clause),
                    broken.Expected,
                    $"{broken.Happened} (the peer was silent from part {part} of {call.Name} on)",
                    broken);
            }
        }

        await bench.VerifyAsync().ConfigureAwait(false);
    }

    private static async Task<int> CountPartsAsync(Bench bench, ContractCall call)
    {
        var life = await bench.MakeAsync(call.Before, call.IsTest).ConfigureAwait(false);
        bench.Steps.Begin();
        await life.MustReturnAsync(call.Clause, token => call.Act(life, token)).ConfigureAwait(false);
        var (parts, _) = bench.Steps.End();
        await bench.EndAsync(life).ConfigureAwait(false);
        return parts;
    }

    /// <summary>Falls silent at a part, or at the last before it that this run of the call has.</summary>
    private static async Task FallSilentUpToAsync(Bench bench, ContractCall call, int part)
    {
        for (var earlier = part; earlier > 0; earlier--)
        {
            if (await FallSilentAsync(bench, call, earlier).ConfigureAwait(false))
            {
                return;
            }
        }

        if (part > 0)
        {
            throw new ContractViolationException(
                call.Clause,
                $"the traffic that {call.Name} had when it was counted, {part} parts or more",
                "it came back without any, and never came so far that the peer could fall silent");
        }

        _ = await FallSilentAsync(bench, call, 0).ConfigureAwait(false);
    }

    /// <returns>Whether the call came so far.</returns>
    private static async Task<bool> FallSilentAsync(Bench bench, ContractCall call, int part)
    {
        var isReached = part == 0;
        var life = await bench.MakeAsync(call.Before, call.IsTest).ConfigureAwait(false);
        var losses = life.Losses.Count;
        if (part == 0)
        {
            bench.Peer.Relay!.Hold(); // the check is chosen for it
        }
        else
        {
            bench.Steps.Begin(
                new StepPoint(StepKind.Part, part) { IsSilent = true }, () => Volatile.Write(ref isReached, true));
        }

        var end = await life.TryAsync(call.Clause, token => call.Act(life, token)).ConfigureAwait(false);
        _ = bench.Steps.End();
        if (end.Fault is { IsTransient: false } fault)
        {
            throw new ContractViolationException(
                call.Clause, "a transient fault: the peer may answer again", end.ToString(), fault);
        }

        if (part == 0)
        {
            ExpectNoAnswer(bench, call, end);
        }

        if (!call.IsTest)
        {
            var mayServe = end.IsReturned && call.Before == LifeStage.Serving;
            await GoOnAsync(bench, life, losses, mayServe).ConfigureAwait(false);
        }

        await bench.EndAsync(life).ConfigureAwait(false);
        return Volatile.Read(ref isReached);
    }

    /// <summary>Nothing passed in either direction: what needs an answer can have none.</summary>
    private static void ExpectNoAnswer(Bench bench, ContractCall call, CallEnd end)
    {
        var isDelivered = bench is NorthBench north
            && call.Name.StartsWith("handle", StringComparison.Ordinal)
            && north.Course.LastOutcome.Kind == DeliveryOutcomeKind.Delivered;
        var isWritten = call.Name is "write setpoint"; // One that was not written does not return.
        if (end.IsReturned && (call.IsTest || isDelivered || isWritten))
        {
            throw new ContractViolationException(
                call.Clause, "no success without an answer of the peer", $"{call.Name} told success");
        }
    }

    /// <summary>
    /// What an abandoned connection had sent arrives only now, such as a second login under the same name, and may end
    /// the new connection once more. The engine begins anew then.
    /// </summary>
    private static async Task GoOnAsync(Bench bench, Life life, int losses, bool mayServe)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                await (mayServe ? PeerChecks.ServeAgainAsync(bench, life, losses) : bench.RecoverAsync(life))
                    .ConfigureAwait(false);
                return;
            }
            catch (ContractViolationException disturbed) when (
                disturbed.InnerException is ConnectorException { IsTransient: true }
                && TimeProvider.System.GetElapsedTime(started) < bench.Options.Deadline)
            {
                mayServe = false;
            }
        }
    }
}
