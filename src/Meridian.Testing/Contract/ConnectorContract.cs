using Meridian.Sdk;
using Meridian.Sdk.North;
using Meridian.Sdk.South;
using Meridian.Testing.Peers;

namespace Meridian.Testing.Contract;

/// <summary>
/// The contract of the Sdk's interfaces as checks, for any connector and a small driver of its peer. Which checks there
/// are follows from what the connector can do. Any test framework turns each into a test of its own.
/// </summary>
/// <example>
/// <code>
/// var contract = ConnectorContract.Of(MyManifest, async () => await MyPeer.StartAsync());
/// Console.WriteLine(await contract.RunAllAsync());
/// </code>
/// </example>
public sealed class ConnectorContract
{
    private readonly Func<Task<Bench>> _open;

    private ConnectorContract(ConnectorManifest manifest, ContractOptions options, Func<Task<Bench>> open)
    {
        _open = open;
        Name = manifest.Name;
        Checks = [.. LifeOf(manifest, options), .. CallsOf(manifest, options), .. CapabilitiesOf(manifest)];
    }

    /// <summary>The connector's name.</summary>
    public string Name { get; }

    /// <summary>The checks; each runs alone, in any order.</summary>
    public IReadOnlyList<ContractCheck> Checks { get; }

    /// <summary>The contract of a South.</summary>
    /// <param name="manifest">The connector.</param>
    /// <param name="openPeer">Makes a fresh peer for a check, which disposes it.</param>
    /// <param name="options">How patient and thorough; null for the defaults.</param>
    public static ConnectorContract Of(
        SouthManifest manifest, Func<Task<ISouthPeer>> openPeer, ContractOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        ArgumentNullException.ThrowIfNull(openPeer);
        options ??= new ContractOptions();
        return new ConnectorContract(
            manifest,
            options,
            async () => new SouthBench(manifest, await openPeer().ConfigureAwait(false), options));
    }

    /// <summary>The contract of a North.</summary>
    /// <param name="manifest">The connector.</param>
    /// <param name="openPeer">Makes a fresh peer for a check, which disposes it.</param>
    /// <param name="options">How patient and thorough; null for the defaults.</param>
    public static ConnectorContract Of(
        NorthManifest manifest, Func<Task<INorthPeer>> openPeer, ContractOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        ArgumentNullException.ThrowIfNull(openPeer);
        options ??= new ContractOptions();
        return new ConnectorContract(
            manifest,
            options,
            async () => new NorthBench(manifest, await openPeer().ConfigureAwait(false), options));
    }

    /// <summary>Runs one check.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="ContractViolationException">The connector breaks a clause.</exception>
    /// <exception cref="ArgumentException">There is no such check.</exception>
    public Task RunAsync(string name) =>
        (Checks.FirstOrDefault(check => string.Equals(check.Name, name, StringComparison.Ordinal))
            ?? throw new ArgumentException(
                $"'{name}' is no check of {Name}; there are: {string.Join(", ", Checks)}.", nameof(name))).RunAsync();

    /// <summary>Runs every check, one after the other, whatever the others found.</summary>
    /// <param name="cancellationToken">Ends it after the check that runs.</param>
    [System.Diagnostics.CodeAnalysis.SuppressMessage(
        "Design",
        "CA1031:Do not catch general exception types",
        Justification = "The report says what failed, also where the driver did.")]
    public async Task<ContractReport> RunAllAsync(CancellationToken cancellationToken = default)
    {
        var findings = new List<ContractFinding>();
        foreach (var check in Checks)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var started = TimeProvider.System.GetTimestamp();
            Exception? failure = null;
            try
            {
                await check.RunAsync().ConfigureAwait(false);
            }
            catch (Exception found)
            {
                failure = found;
            }

            findings.Add(new ContractFinding(check.Name, failure, TimeProvider.System.GetElapsedTime(started)));
        }

        return new ContractReport(Name, findings);
    }

    private static IEnumerable<string> CallNames(ConnectorManifest manifest)
    {
        string[] data = manifest switch
        {
            SouthManifest south =>
            [
                .. Names(south.Capabilities.HasFlag(SouthCapabilities.Subscription), "subscribe", "unsubscribe"),
                .. Names(south.Capabilities.HasFlag(SouthCapabilities.LastPoint), "query last point"),
                .. Names(south.Capabilities.HasFlag(SouthCapabilities.History), "query history"),
                .. Names(south.Capabilities.HasFlag(SouthCapabilities.File), "query file"),
                .. Names(south.Capabilities.HasFlag(SouthCapabilities.Next), "query next"),
                .. Names(south.Capabilities.HasFlag(SouthCapabilities.Setpoints), "write setpoint"),
                .. Names(south.Capabilities.HasFlag(SouthCapabilities.Intake), "take intake"),
            ],
            NorthManifest north =>
            [
                .. Names(north.Capabilities.HasFlag(NorthCapabilities.OwnCursor), "read positions"),
                .. Names(north.Capabilities.HasFlag(NorthCapabilities.Values), "handle values"),
                .. Names(north.Capabilities.HasFlag(NorthCapabilities.File), "handle file"),
            ],
            _ => [],
        };
        return ["start", "connect", .. data, "disconnect", "stop", "test connection"];
    }

    private static string[] Names(bool has, params string[] names) => has ? names : [];

    private static ContractCall Find(Bench bench, string name) =>
        bench.Calls.First(call => string.Equals(call.Name, name, StringComparison.Ordinal));

    /// <summary>Only a relay holds back what passes; without one there is nothing to fall silent.</summary>
    private static Func<Bench, Task> IfRelayed(Func<Bench, Task> run) =>
        bench => bench.Peer.Relay is null ? Task.CompletedTask : run(bench);

    private ContractCheck Check(string name, string meaning, Func<Bench, Task> run) => new(name, meaning, _open, run);

    private IEnumerable<ContractCheck> LifeOf(ConnectorManifest manifest, ContractOptions options)
    {
        yield return Check(
            "data flow", "Data of every kind flow, over several connections and lives.", LifeChecks.ServesAsync);
        yield return Check(
            "life in every order",
            "Start, connect, disconnect and stop in every order that the engine may call them, stop also without a "
            + "start and twice.",
            LifeChecks.InEveryOrderAsync);
        yield return Check(
            "no network before connect",
            "Neither making nor starting an instance reaches for the peer.",
            LifeChecks.NoNetworkBeforeConnectAsync);
        yield return Check(
            "nothing left behind",
            "After many lives there is no socket, thread, timer or word from an instance that was stopped.",
            LifeChecks.NothingLeftBehindAsync);
        yield return Check(
            "test while running",
            $"A test of the settings of {manifest.Name} beside a running instance, which does not notice it.",
            TestChecks.TestWhileRunningAsync);
        if (options.PeerCanBeAbsent)
        {
            yield return Check(
                "peer absent",
                "Without a peer connecting and testing fail in words, and succeed once it is there.",
                PeerChecks.AbsentAsync);
        }

        if (options.PeerCanVanish)
        {
            yield return Check(
                "peer dies and returns",
                "A lost connection is noticed and said; once the peer is there again data flow.",
                PeerChecks.DiesWhileConnectedAsync);
            yield return Check(
                "peer falls silent and answers again",
                "A connection that stays open and over which nothing comes is noticed by the connector's own limit; "
                + "asked where there is a relay.",
                IfRelayed(SilenceChecks.WhileConnectedAsync));
            yield return Check(
                "disconnect from a silent peer",
                "Where the peer answers nothing, a cancelled disconnect closes all the same; asked where there is a "
                + "relay.",
                IfRelayed(LifeChecks.DisconnectFromASilentPeerAsync));
        }
    }

    private IEnumerable<ContractCheck> CallsOf(ConnectorManifest manifest, ContractOptions options)
    {
        foreach (var name in CallNames(manifest))
        {
            yield return Check(
                $"cancel {name} everywhere",
                $"Wherever {name} is cancelled it ends soon, and the connector is as good as new.",
                bench => CancelChecks.CancelEverywhereAsync(bench, Find(bench, name)));
        }

        foreach (var name in CallNames(manifest).Where(
            name => options.PeerCanVanish && name is not ("start" or "stop" or "disconnect")))
        {
            yield return Check(
                $"peer dies within {name}",
                $"Wherever within {name} the peer dies, the call ends, and data flow once it is there again.",
                bench => PeerChecks.DiesWithinACallAsync(bench, Find(bench, name)));
            yield return Check(
                $"peer falls silent within {name}",
                $"Wherever within {name} the peer stops to answer, the call ends by the connector's own limit, and "
                + "data flow once it answers again; asked where there is a relay.",
                IfRelayed(bench => SilenceChecks.WithinACallAsync(bench, Find(bench, name))));
        }
    }

    private IEnumerable<ContractCheck> CapabilitiesOf(ConnectorManifest manifest)
    {
        if (manifest is SouthManifest { Capabilities: var has } && has.HasFlag(SouthCapabilities.Next))
        {
            yield return Check(
                "goes on after a position",
                "After the position of any page come the pages that followed it, after the last nothing, and what the "
                + "source has since.",
                static bench => NextChecks.GoesOnAsync((SouthBench)bench));
        }

        if (manifest is SouthManifest taker && taker.Capabilities.HasFlag(SouthCapabilities.Intake))
        {
            yield return Check(
                "stored when on disk",
                "What was handed in and taken is answered only when the disk has it.",
                static bench => IntakeChecks.StoredWhenOnDiskAsync((SouthBench)bench));
        }

        if (manifest is not SouthManifest south || !south.Capabilities.HasFlag(SouthCapabilities.Subscription))
        {
            yield break;
        }

        yield return Check(
            "items change while running",
            "Items are added and removed while the others go on.",
            static bench => SouthChecks.ItemsChangeWhileRunningAsync((SouthBench)bench));
        yield return Check(
            "items change while away",
            "An item that was removed while there was no connection is silent afterwards.",
            static bench => SouthChecks.ItemsChangeWhileAwayAsync((SouthBench)bench));
        yield return Check(
            "unstored comes again",
            "What was offered and not stored when the engine stops comes again.",
            static bench => SouthChecks.UnstoredComesAgainAsync((SouthBench)bench));
        yield return Check(
            "pressure",
            "A connector whose offers are not taken can be ended, and goes on afterwards.",
            static bench => SouthChecks.PressureAsync((SouthBench)bench));
    }
}
