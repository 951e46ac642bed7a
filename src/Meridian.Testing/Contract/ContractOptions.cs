using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Meridian.Testing.Contract;

/// <summary>How patient and how thorough the suite is.</summary>
public sealed record ContractOptions
{
    /// <summary>How long anything may take that shall happen: a connect, a refusal, the word of a lost connection.
    /// </summary>
    /// <value>10 s. The connector's own time limits must be shorter.</value>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How soon a call ends once it is cancelled.</summary>
    /// <value>5 s.</value>
    public TimeSpan CancelWithin { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How many lives one after the other show what is left behind.</summary>
    /// <value>8.</value>
    public int LifeCount { get; init; } = 8;

    /// <summary>
    /// How many points of each kind a call is cancelled at: parts that pass the relay, ways back to the context, and
    /// instants of the time that the call takes. More points than there are do no harm.
    /// </summary>
    /// <value>8.</value>
    public int CancelPoints { get; init; } = 8;

    /// <summary>
    /// Whether the peer can be absent when a connector connects. False leaves that check out, as for a console.
    /// </summary>
    /// <value>true.</value>
    public bool PeerCanBeAbsent { get; init; } = true;

    /// <summary>
    /// Whether the peer can vanish while a connector is connected. False leaves the checks for that out, as for a
    /// folder, whose open file can be written to wherever its name is.
    /// </summary>
    /// <value>true.</value>
    public bool PeerCanVanish { get; init; } = true;

    /// <summary>The connector's clock.</summary>
    /// <value>The system's.</value>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where the connector writes.</summary>
    /// <value>Nowhere.</value>
    public ILoggerFactory Loggers { get; init; } = NullLoggerFactory.Instance;
}
