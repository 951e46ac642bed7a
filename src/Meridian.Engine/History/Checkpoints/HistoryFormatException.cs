namespace Meridian.Engine.History.Checkpoints;

/// <summary>
/// What the journal holds about an item's history cannot be read: it is damaged, or of a version that this build does
/// not know. To go on with an empty history would give everything again, to go on with a guess could leave a hole; so
/// the item stands until someone decides.
/// </summary>
public sealed class HistoryFormatException : Exception
{
    internal HistoryFormatException(string item, string what)
        : base(
            $"The history of item '{item}' cannot be read: {what}. Use the Meridian that wrote it, or let the item's "
            + "history be forgotten: it is then asked again from its start, and what it had given comes again.")
    {
    }

    /// <summary>Whether trying again can help: never, the bytes stay as they are.</summary>
    public bool IsTransient { get; }
}
