namespace Meridian.Mqtt.Tests.Torture;

/// <summary>One run of a client through broken connections.</summary>
internal sealed record TortureCase
{
    public MqttProtocolVersion Version { get; init; } = MqttProtocolVersion.V311;

    /// <summary>Whether the server still has the session at each return.</summary>
    public bool IsSessionKept { get; init; } = true;

    public MqttInFlightPolicy OnConnectionLost { get; init; }

    public MqttAcknowledgeMode AcknowledgeMode { get; init; }

    public int MaxInFlight { get; init; } = 10;

    public int ReceiveMaximum { get; init; } = 10;

    /// <summary>What the client publishes, in order.</summary>
    public IReadOnlyList<TortureMessage> Out { get; init; } = [];

    /// <summary>What the broker publishes to the client, in order.</summary>
    public IReadOnlyList<TortureMessage> In { get; init; } = [];

    /// <summary>One for each connection from the first on; those past the end live.</summary>
    public IReadOnlyList<Cut?> Cuts { get; init; } = [];

    public static TortureCase Draw(Random random, MqttProtocolVersion version) => new()
    {
        Version = version,
        IsSessionKept = random.Next(4) > 0,
        OnConnectionLost = random.Next(6) == 0 ? MqttInFlightPolicy.Fail : MqttInFlightPolicy.Resume,
        AcknowledgeMode = random.Next(3) == 0 ? MqttAcknowledgeMode.ByApplication : MqttAcknowledgeMode.Automatic,
        MaxInFlight = random.Next(1, 6),
        ReceiveMaximum = random.Next(1, 6),
        Out = DrawMessages(random, mayCancel: true),
        In = DrawMessages(random, mayCancel: false),
        Cuts = [.. Enumerable.Range(0, random.Next(1, 6)).Select(_ => DrawCut(random))],
    };

    public override string ToString() =>
        $"{Version}, session {(IsSessionKept ? "kept" : "lost")}, {OnConnectionLost}, {AcknowledgeMode}, "
        + $"{MaxInFlight} in flight, Receive Maximum {ReceiveMaximum}, out [{string.Join(' ', Out)}], "
        + $"in [{string.Join(' ', In)}], cuts: {string.Join("; ", Cuts.Select(static cut => $"{cut}"))}";

    private static List<TortureMessage> DrawMessages(Random random, bool mayCancel) =>
    [
        .. Enumerable.Range(0, random.Next(12)).Select(_ => new TortureMessage(
            random.Next(3),
            random.Next(8) == 0 ? MqttQos.AtMostOnce : (MqttQos)random.Next(1, 3),
            random.Next(10) == 0 ? random.Next(4, 5_000) : 4,
            IsCancelled: mayCancel && random.Next(15) == 0)),
    ];

    private static Cut? DrawCut(Random random) => random.Next(8) == 0 ? null : new Cut(
        (CutSide)random.Next(2),
        random.Next(10) == 0 ? random.Next(10_000) : random.Next(300),
        (CutKind)random.Next(3));
}

/// <summary>A message of a run; its payload begins with its number, which is its place in the list.</summary>
/// <param name="Topic">Which of the topics.</param>
/// <param name="Qos">Its QoS.</param>
/// <param name="Bytes">Its payload's length, at least 4.</param>
/// <param name="IsCancelled">Whether its caller stops waiting.</param>
internal sealed record TortureMessage(int Topic, MqttQos Qos, int Bytes = sizeof(int), bool IsCancelled = false)
{
    public override string ToString() => $"{Topic}q{(int)Qos}{(IsCancelled ? "c" : "")}";
}
