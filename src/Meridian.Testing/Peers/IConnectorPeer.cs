namespace Meridian.Testing.Peers;

/// <summary>
/// What a connector talks to, as the contract suite drives it: some thirty lines that the connector's author writes. A
/// fresh one is made for each check, and disposed after it. One caller at a time.
/// </summary>
public interface IConnectorPeer : IAsyncDisposable
{
    /// <summary>Settings with which the connector reaches this peer; through <see cref="Relay"/> where there is
    /// one.</summary>
    object Settings { get; }

    /// <summary>
    /// The relay between the connector and the peer. With it the suite counts connections, cuts them, and cancels at
    /// every part that passes. Null where the connector does not speak TCP.
    /// </summary>
    TcpRelay? Relay => null;

    /// <summary>The peer is gone without a word, and with it every connection. The default lets the relay vanish.
    /// </summary>
    ValueTask VanishAsync()
    {
        RelayOrThrow().Vanish();
        return ValueTask.CompletedTask;
    }

    /// <summary>The peer is there again. The default lets the relay return.</summary>
    ValueTask ReturnAsync()
    {
        RelayOrThrow().Return();
        return ValueTask.CompletedTask;
    }

    /// <summary>How many connections the connector holds open. The default asks the relay; none without one.</summary>
    ValueTask<int> CountConnectionsAsync() => ValueTask.FromResult(Relay?.ConnectionCount ?? 0);

    private TcpRelay RelayOrThrow() => Relay ?? throw new NotSupportedException(
        $"{GetType().Name} has no relay and does not say how it vanishes and returns. Implement VanishAsync and "
        + "ReturnAsync, or set PeerCanBeAbsent and PeerCanVanish of ContractOptions to false.");
}
