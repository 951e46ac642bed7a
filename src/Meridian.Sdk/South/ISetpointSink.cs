using Meridian.Sdk.Readings;

namespace Meridian.Sdk.South;

/// <summary>Where a connector gives setpoints that its peer asks for, such as commands on a topic.</summary>
public interface ISetpointSink
{
    /// <summary>
    /// Writes one value to an item of a South that runs in the same gateway. The value is checked against the item;
    /// each South writes one at a time, and a bounded number waits. Never repeated: see to it that a command does not
    /// come again from its source, by acknowledging it before or by a session that keeps none, and answer it with the
    /// outcome.
    /// </summary>
    /// <param name="request">What to write where.</param>
    /// <param name="cancellationToken">Gives up; whether the source has it is unknown then.</param>
    /// <returns>Whether the source confirmed it, and why not. A mistake in the request is an outcome, too.</returns>
    Task<SetpointOutcome> WriteAsync(SetpointRequest request, CancellationToken cancellationToken);
}

/// <summary>A value to write.</summary>
/// <param name="South">The South, by its name in the configuration, without regard to case.</param>
/// <param name="Item">The item, by its name.</param>
/// <param name="Value">The value.</param>
public sealed record SetpointRequest(string South, string Item, ReadingValue Value);
