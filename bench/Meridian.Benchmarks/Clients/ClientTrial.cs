using System.Globalization;
using Meridian.Benchmarks.Clients.Contestants;
using Meridian.Benchmarks.Clients.Peer;
using Meridian.Fixtures;

namespace Meridian.Benchmarks.Clients;

/// <summary>One client doing one work once: a fresh peer, a fresh process of the client.</summary>
internal static class ClientTrial
{
    /// <summary>How long a client's warm-up may be drawn out at most, while its code is still being compiled.</summary>
    public static readonly TimeSpan LongestSettling = TimeSpan.FromSeconds(20);

    // For starting, connecting a thousand times, and emptying the window at the end.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Runs it.</summary>
    /// <param name="contestant">Who.</param>
    /// <param name="settings">What; the port is filled in here.</param>
    /// <param name="cancellationToken">Ends both processes.</param>
    /// <exception cref="InvalidOperationException">The client failed, or said another number than its peer counted.
    /// </exception>
    public static async Task<TrialFigures> RunAsync(
        Contestant contestant, TrialSettings settings, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var isIdle = settings.Work.Kind == ClientWorkKind.Idle;
        var (program, arguments) = AllContestants.Self(isIdle ? "quiet-peer" : "peer");
        await using var peer = ChildProcess.Start(program, arguments);
        var listening = await peer.WaitForLineAsync(
            line => line.StartsWith(WirePeer.ListeningWord, StringComparison.Ordinal), "the peer's port");
        settings = settings with
        {
            Port = int.Parse(listening.AsSpan(WirePeer.ListeningWord.Length), CultureInfo.InvariantCulture),
            Window = contestant.Window ?? settings.Window,
        };

        await using var client = ChildProcess.Start(
            contestant.Program, [.. contestant.Arguments, .. settings.ToWords()]);
        await using var registration = cancellationToken.UnsafeRegister(
            static client => ((ChildProcess)client!).Send(Signal.Kill), client); // Never null: it is passed here.
        var figures = TrialFigures.Parse(await client.WaitForLineAsync(
            TrialFigures.IsFigures,
            $"the figures of {contestant.Name} at {settings.Work.Name}",
            settings.WarmUp + LongestSettling + settings.Duration + Patience));
        await client.WaitForExitAsync();
        if (!isIdle && contestant.IsCounted)
        {
            await CompareAsync(peer, contestant, settings, figures);
        }

        return figures;
    }

    /// <summary>A client that counts what never arrived would look fast.</summary>
    private static async Task CompareAsync(
        ChildProcess peer, Contestant contestant, TrialSettings settings, TrialFigures figures)
    {
        var left = await peer.WaitForLineAsync(
            line => line.StartsWith(WirePeer.LeftWord, StringComparison.Ordinal), "what the peer counted");
        var counts = left.Split(' ');
        var received = long.Parse(counts[1], CultureInfo.InvariantCulture);
        var sent = long.Parse(counts[2], CultureInfo.InvariantCulture);
        var isTrue = settings.Work.Kind == ClientWorkKind.Receive ? figures.Total <= sent : figures.Total == received;
        if (!isTrue)
        {
            throw new InvalidOperationException(
                $"{contestant.Name} says {figures.Total} messages at {settings.Work.Name}; its peer received "
                + $"{received} and sent {sent}.");
        }
    }
}
