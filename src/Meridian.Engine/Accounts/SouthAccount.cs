namespace Meridian.Engine.Accounts;

/// <summary>
/// One South's account since its name first brought something to this journal. What was received is stored in the very
/// record that brought it, so it is exact after any kill.
/// </summary>
/// <param name="Received">Everything it has brought: one reading or one file each, counted when durable.</param>
/// <param name="ByGroup">The same of items that belong to groups, by group.</param>
/// <param name="Ungrouped">
/// The rest: <paramref name="Received"/> is this and all groups together. Files belong to no group, and neither do
/// groups beyond 10,000 of one South or with a name of more than 256 characters.
/// </param>
/// <param name="Repeated">
/// Of what came, data that the source marked as sent again. This count and the next two are stored with the next data
/// and at a stop, so a kill may lose the last of them.
/// </param>
/// <param name="Undecoded">Of what came, data that were kept as the bytes that came, with bad quality.</param>
/// <param name="LetGo">Data that the source does not keep and that found the buffer full; never on disk.</param>
public sealed record SouthAccount(
    long Received,
    IReadOnlyDictionary<string, long> ByGroup,
    long Ungrouped,
    long Repeated,
    long Undecoded,
    long LetGo);
