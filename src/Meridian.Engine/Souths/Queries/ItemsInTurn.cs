using Meridian.Sdk.Faults;
using Meridian.Sdk.South;

namespace Meridian.Engine.Souths.Queries;

/// <summary>
/// Asks the items of a unit one by one, where each is a question of its own: what the source refuses of one is that
/// item's problem and does not keep the others.
/// </summary>
internal static class ItemsInTurn
{
    /// <summary>How long an item that has much to give is asked while others wait.</summary>
    public static readonly TimeSpan Turn = TimeSpan.FromSeconds(10);

    /// <summary>Asks each item to its end; one whose turn is over goes behind those that wait.</summary>
    /// <param name="items">The items.</param>
    /// <param name="ask">Asks one; gives whether it was asked to its end.</param>
    /// <param name="refused">Told what the source refuses.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The first refusal; null when there was none.</returns>
    public static async Task<ConnectorException?> AskAsync(
        IReadOnlyList<Item> items,
        Func<Item, Task<bool>> ask,
        Action<Item, string> refused,
        CancellationToken cancellationToken)
    {
        ConnectorException? first = null;
        var waiting = new Queue<Item>(items);
        while (waiting.TryDequeue(out var item))
        {
            try
            {
                if (!await ask(item).ConfigureAwait(false))
                {
                    waiting.Enqueue(item);
                }
            }
            catch (ConnectorException fault) when (!fault.IsTransient && !cancellationToken.IsCancellationRequested)
            {
                first ??= fault;
                refused(item, fault.Message);
            }
        }

        return first;
    }
}
