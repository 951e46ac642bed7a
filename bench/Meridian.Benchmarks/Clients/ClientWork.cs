namespace Meridian.Benchmarks.Clients;

/// <summary>What a client is made to do.</summary>
/// <param name="Name">The word for it on the command line and in the results.</param>
/// <param name="Kind">Which figures it gives.</param>
/// <param name="Qos">At which QoS.</param>
internal sealed record ClientWork(string Name, ClientWorkKind Kind, int Qos)
{
    /// <summary>The bytes of every payload.</summary>
    public const int PayloadBytes = 100;

    /// <summary>The Topic Name of every message.</summary>
    public const string Topic = "bench/topic/0001";

    /// <summary>How many connections are idle.</summary>
    public const int IdleConnections = 1_000;

    /// <summary>All works, in the order of the results.</summary>
    public static IReadOnlyList<ClientWork> All { get; } =
    [
        new("publish-qos0", ClientWorkKind.Publish, 0),
        new("publish-qos1", ClientWorkKind.Publish, 1),
        new("publish-qos2", ClientWorkKind.Publish, 2),
        new("receive-qos0", ClientWorkKind.Receive, 0),
        new("receive-qos1", ClientWorkKind.Receive, 1),
        new("awaited-qos1", ClientWorkKind.Awaited, 1),
        new("idle-1000", ClientWorkKind.Idle, 0),
    ];

    /// <summary><see cref="Topic"/> as it is on the wire.</summary>
    public static ReadOnlySpan<byte> TopicBytes => "bench/topic/0001"u8;

    /// <summary>The work of a name.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static ClientWork Named(string name) =>
        All.FirstOrDefault(work => name.Equals(work.Name, StringComparison.Ordinal))
        ?? throw new ArgumentException(
            $"'{name}' is not a work; there are {string.Join(", ", All.Select(work => work.Name))}.", nameof(name));
}

/// <summary>Which figures a work gives.</summary>
internal enum ClientWorkKind
{
    /// <summary>Messages a second sent and, from QoS 1 on, acknowledged, with the window always full.</summary>
    Publish,

    /// <summary>Messages a second received and, at QoS 1, acknowledged.</summary>
    Receive,

    /// <summary>The round trip of one publication after the other.</summary>
    Awaited,

    /// <summary>What connections cost on which nothing happens but Keep Alive.</summary>
    Idle,
}
