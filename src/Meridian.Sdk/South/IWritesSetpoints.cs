using System.Runtime.InteropServices;
using Meridian.Sdk.Readings;

namespace Meridian.Sdk.South;

/// <summary>A South that can also write to its source.</summary>
public interface IWritesSetpoints : ISouth
{
    /// <summary>
    /// Writes one value. Called only while connected, one at a time, beside queries; never repeated by the engine,
    /// since a second write may do a second harm.
    /// </summary>
    /// <param name="item">The item to write to.</param>
    /// <param name="value">The value; the engine has checked its kind and range against the item.</param>
    /// <param name="cancellationToken">
    /// Cancelled when the time for it is over or the gateway stops; whether the source has it is unknown then.
    /// </param>
    /// <returns>Whether the source took it.</returns>
    /// <exception cref="Faults.ConnectorException">The source as a whole does not answer.</exception>
    Task<SetpointOutcome> WriteSetpointAsync(Item item, ReadingValue value, CancellationToken cancellationToken);
}

/// <summary>What became of a setpoint.</summary>
/// <param name="IsWritten">Whether the source confirmed it.</param>
/// <param name="Reason">Why not, a whole sentence for the user; null when it was written.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct SetpointOutcome(bool IsWritten, string? Reason)
{
    /// <summary>The source has confirmed it.</summary>
    public static SetpointOutcome Written { get; } = new(true, null);

    /// <summary>The source does not take it.</summary>
    /// <param name="reason">Why, a whole sentence for the user.</param>
    public static SetpointOutcome Refused(string reason) => new(false, reason);
}
