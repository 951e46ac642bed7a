using Meridian.Engine.Supervision;
using Microsoft.Extensions.Logging;

namespace Meridian.Engine;

/// <summary>What every part of the engine is lent: loggers, the clock, chance.</summary>
/// <param name="Loggers">Where loggers come from.</param>
/// <param name="Time">The clock.</param>
/// <param name="Random">Jitter and identities; safe for several threads.</param>
public sealed record EngineServices(ILoggerFactory Loggers, TimeProvider Time, Random Random)
{
    /// <summary>Between two connects of one connector: 0.5 s, doubling to 30 s.</summary>
    internal Backoff NewBackoff() => new(TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(30), Random);

    /// <summary>
    /// Between two tries of one batch that a connected destination asked to repeat: 0.25 s, doubling to 30 s.
    /// </summary>
    internal Backoff NewRetryBackoff() => new(TimeSpan.FromSeconds(0.25), TimeSpan.FromSeconds(30), Random);
}
