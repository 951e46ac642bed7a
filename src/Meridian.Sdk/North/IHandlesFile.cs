using Meridian.Sdk.Intakes;

namespace Meridian.Sdk.North;

/// <summary>A North that takes files.</summary>
public interface IHandlesFile : INorth
{
    /// <summary>Delivers one file byte for byte and tells the outcome. One call at a time, in journal order.</summary>
    /// <param name="file">The file.</param>
    /// <param name="position">
    /// Its identity: the position in the journal, with what a North that keeps its own cursor stores.
    /// </param>
    /// <param name="cancellationToken">
    /// Cancelled when the gateway stops; the file comes again after the next start.
    /// </param>
    /// <exception cref="Faults.ConnectorException">As for <see cref="IHandlesValues.HandleValuesAsync"/>.</exception>
    ValueTask<DeliveryOutcome> HandleFileAsync(
        FileContent file, DeliveryPosition position, CancellationToken cancellationToken);
}
