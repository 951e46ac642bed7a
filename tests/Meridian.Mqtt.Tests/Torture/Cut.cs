namespace Meridian.Mqtt.Tests.Torture;

/// <summary>Where one connection ends.</summary>
/// <param name="Side">Whose bytes are counted.</param>
/// <param name="Bytes">How many of them pass; the next one does not.</param>
/// <param name="Kind">How the ends see it.</param>
internal sealed record Cut(CutSide Side, int Bytes, CutKind Kind)
{
    public override string ToString() => $"{Side} after {Bytes} bytes, {Kind}";
}

internal enum CutSide
{
    /// <summary>What the client sends.</summary>
    Sent,

    /// <summary>What the server sends.</summary>
    Received,
}

internal enum CutKind
{
    /// <summary>
    /// An orderly end: what was sent arrives, the client's next write fails, its read comes to the end.
    /// </summary>
    Closed,

    /// <summary>A reset: what is under way may be lost, reads and writes fail.</summary>
    Reset,

    /// <summary>The writes seem to succeed and go nowhere; only the read tells of the end.</summary>
    Swallowed,
}
