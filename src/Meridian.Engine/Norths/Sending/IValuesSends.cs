using Meridian.Sdk.North;

namespace Meridian.Engine.Norths.Sending;

/// <summary>Carries what was read to a North, until the fate of each reading is known. Belongs to its pump.</summary>
internal interface IValuesSends
{
    /// <summary>The next read begins: what was under way is forgotten, and comes again if it was not passed.</summary>
    void Begin();

    /// <summary>What lies before a position was passed unsent.</summary>
    void PassBefore(long position);

    /// <summary>
    /// Sends of the first readings that are left, and returns when nothing is under way and others may have their turn:
    /// with at least one try, or with none of them left.
    /// </summary>
    /// <param name="north">The connector.</param>
    /// <param name="most">How many of the readings that are left it may send.</param>
    /// <param name="cancellationToken">Cancels the wait and the call.</param>
    Task SendAsync(IHandlesValues north, int most, CancellationToken cancellationToken);
}
