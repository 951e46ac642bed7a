using Meridian.Testing.Contexts;
using Meridian.Testing.Peers;

namespace Meridian.Testing.Contract;

/// <summary>
/// What one check works with: a peer, and one instance of the connector after the other. A closed family of two, for a
/// South and a North. One caller at a time.
/// </summary>
internal abstract class Bench : IAsyncDisposable
{
    private readonly List<Life> _lives = [];
    private int _madeCount;

    protected Bench(ContractOptions options, IConnectorPeer peer)
    {
        Options = options;
        Peer = peer;
        Steps = new StepWatch(peer.Relay);
        Guard = new Guard(SecretsOf.Settings(peer.Settings));
    }

    public ContractOptions Options { get; }

    public IConnectorPeer Peer { get; }

    public StepWatch Steps { get; }

    public Guard Guard { get; }

    /// <summary>The calls that this connector can be asked for, besides its life.</summary>
    public abstract IReadOnlyList<ContractCall> DataCalls { get; }

    /// <summary>All calls.</summary>
    public IReadOnlyList<ContractCall> Calls =>
    [
        new("start", Clause.Start, LifeStage.Made, static (life, token) => life.Connector.StartAsync(token)),
        new("connect", Clause.ConnectCancelled, LifeStage.Started,
            static (life, token) => life.Connector.ConnectAsync(token)) { NeedsPeer = true },
        .. DataCalls,
        new("disconnect", Clause.DisconnectCancelled, LifeStage.Serving,
            static (life, token) => life.Connector.DisconnectAsync(token)),
        new("stop", Clause.Stop, LifeStage.Disconnected, static (life, token) => life.Connector.StopAsync(token)),
        new("test connection", Clause.Test, LifeStage.Made,
            static (life, token) => life.Connector.TestConnectionAsync(token)) { IsTest = true, NeedsPeer = true },
    ];

    /// <summary>Makes an instance; a live one finds what the last live one left on disk.</summary>
    public Life Make(bool isTest = false)
    {
        var options = new TestContextOptions
        {
            Name = "contract",
            IsTest = isTest,
            Time = Options.Time,
            Loggers = Options.Loggers,
            Seed = ++_madeCount,
        };
        var life = Make(options);
        _lives.Add(life);
        return life;
    }

    /// <summary>Makes an instance and brings it to a stage.</summary>
    public async Task<Life> MakeAsync(LifeStage stage, bool isTest = false)
    {
        var life = Make(isTest);
        if (stage >= LifeStage.Started)
        {
            await life.StartAsync().ConfigureAwait(false);
        }

        if (stage >= LifeStage.Connected)
        {
            await life.ConnectAsync().ConfigureAwait(false);
        }

        if (stage >= LifeStage.Serving)
        {
            await ServeAsync(life).ConfigureAwait(false);
        }

        if (stage >= LifeStage.Disconnected)
        {
            await life.DisconnectAsync().ConfigureAwait(false);
        }

        return life;
    }

    /// <summary>Lets a datum of every kind flow over a connection, and looks that it arrives.</summary>
    public abstract Task ServeAsync(Life life);

    /// <summary>
    /// A connection was lost, or may be: does what the engine does until data flow again, within the deadline.
    /// </summary>
    public async Task RecoverAsync(Life life)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            Forget(life);
            await life.DisconnectAsync().ConfigureAwait(false);
            var end = await life.TryAsync(Clause.Connect, life.Connector.ConnectAsync).ConfigureAwait(false);
            if (end.IsReturned)
            {
                await ServeAsync(life).ConfigureAwait(false);
                return;
            }

            if (end.Fault is { IsTransient: false } || TimeProvider.System.GetElapsedTime(started) > Options.Deadline)
            {
                throw new ContractViolationException(
                    Clause.Connect, "a connection, now that the peer is there", end.ToString(), end.Fault);
            }
        }
    }

    /// <summary>Disconnects and stops; then the peer is asked who is still connected.</summary>
    public async Task EndAsync(Life life)
    {
        await life.EndAsync().ConfigureAwait(false);
        await ExpectConnectionsAsync(0, Clause.Disconnect).ConfigureAwait(false);
    }

    /// <summary>A new connection comes: what belonged to the last one is no more.</summary>
    public abstract void Forget(Life life);

    /// <summary>What a check delivered is looked for at its end.</summary>
    public virtual Task VerifyAsync() => Task.CompletedTask;

    /// <summary>Looks at what the contexts of all instances saw.</summary>
    public void ThrowIfMistaken() => _lives.ForEach(static life => life.ThrowIfMistaken());

    public async Task ExpectConnectionsAsync(int expected, Clause clause)
    {
        var count = 0;
        var isSo = await Guard.UntilAsync(
            async () => (count = await Peer.CountConnectionsAsync().ConfigureAwait(false)) == expected,
            Options.Deadline).ConfigureAwait(false);
        if (!isSo)
        {
            throw new ContractViolationException(
                clause,
                $"{expected} connections at the peer",
                $"after {Options.Deadline.TotalSeconds:0.#} s there are {count}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        _ = Steps.End();
        foreach (var life in _lives)
        {
            await life.DisposeContextAsync().ConfigureAwait(false);
        }

        await Peer.DisposeAsync().ConfigureAwait(false);
    }

    protected abstract Life Make(TestContextOptions options);
}
