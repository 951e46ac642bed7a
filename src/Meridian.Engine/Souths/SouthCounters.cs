namespace Meridian.Engine.Souths;

/// <summary>
/// What one South has brought since the gateway started. Counted when durable, but for what never got there.
/// </summary>
/// <param name="Received">Data that are on disk.</param>
/// <param name="Repeated">Of these, data that the source marked as sent again.</param>
/// <param name="Undecoded">Of these, data that were kept as the bytes that came, with bad quality.</param>
/// <param name="LetGo">Data that the source does not keep and that found the buffer full; never on disk.</param>
/// <param name="SkippedTicks">Ticks of schedules that found their items still being asked for.</param>
/// <param name="Silences">How often something that was expected to speak fell silent.</param>
/// <param name="Resubscribed">How often items were subscribed to again for that.</param>
/// <param name="Reconnected">How often the South was connected anew for that.</param>
public sealed record SouthCounters(
    long Received,
    long Repeated,
    long Undecoded,
    long LetGo,
    long SkippedTicks,
    long Silences,
    long Resubscribed,
    long Reconnected);
