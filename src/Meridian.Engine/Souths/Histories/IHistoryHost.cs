namespace Meridian.Engine.Souths.Histories;

/// <summary>What a query of the past needs around it.</summary>
internal interface IHistoryHost
{
    /// <summary>The clock.</summary>
    TimeProvider Time { get; }

    /// <summary>Waits between two questions.</summary>
    Task PauseAsync(TimeSpan pause, CancellationToken cancellationToken);

    /// <summary>How an item fares: a problem in words, or null when it is well.</summary>
    void ReportItem(string item, string? problem);

    /// <summary>Counts readings of an answer that were not taken.</summary>
    /// <param name="repeated">Those that were given before.</param>
    /// <param name="outside">Those outside the window that was asked for.</param>
    void CountHistory(int repeated, int outside);

    /// <summary>An item answered a question about its past.</summary>
    /// <param name="item">The item's name.</param>
    /// <param name="readings">How many readings of the answer were taken.</param>
    void Hear(string item, int readings)
    {
        // Whoever expects nothing of an item need not know.
    }
}
