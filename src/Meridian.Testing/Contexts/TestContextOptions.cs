using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Meridian.Testing.Contexts;

/// <summary>What a test's context lends a connector.</summary>
public sealed record TestContextOptions
{
    /// <summary>The connector's name.</summary>
    /// <value>"test".</value>
    public string Name { get; init; } = "test";

    /// <summary>Whether the instance is a throw-away one that tests settings.</summary>
    /// <value>false.</value>
    public bool IsTest { get; init; }

    /// <summary>The clock.</summary>
    /// <value>The system's.</value>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The loggers.</summary>
    /// <value>None that writes.</value>
    public ILoggerFactory Loggers { get; init; } = NullLoggerFactory.Instance;

    /// <summary>The seed of the random source. Identities at a peer come from it, so two contexts want two.</summary>
    /// <value>1.</value>
    public int Seed { get; init; } = 1;

    /// <summary>The connector's folder; null for one in the system's temporary folder that goes with the context.
    /// </summary>
    public string? Folder { get; init; }
}
