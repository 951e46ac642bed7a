namespace Meridian.Benchmarks.Clients.Contestants;

/// <summary>A client that is measured: a program that takes the six words and prints one line of figures.</summary>
/// <param name="Name">Its name on the command line and in the results.</param>
/// <param name="Program">The program.</param>
/// <param name="Arguments">What comes before the six words.</param>
internal sealed record Contestant(string Name, string Program, IReadOnlyList<string> Arguments)
{
    /// <summary>Whether it takes part in a work.</summary>
    public Func<ClientWork, bool> Does { get; init; } = static _ => true;

    /// <summary>Why it cannot run on this machine; null when it can.</summary>
    public string? Missing { get; init; }

    /// <summary>The window it has instead of the asked one; null for the asked one.</summary>
    public int? Window { get; init; }

    /// <summary>
    /// Whether its messages must be as many as the peer counted. The raw client leaves in the middle of a packet.
    /// </summary>
    public bool IsCounted { get; init; } = true;
}
