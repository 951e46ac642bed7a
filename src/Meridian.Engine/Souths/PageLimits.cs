using System.Text;
using Meridian.Sdk.Faults;
using Meridian.Sdk.Readings;
using Meridian.Sdk.South;

namespace Meridian.Engine.Souths;

/// <summary>
/// What a page may have: it becomes one record of the journal with its position, so it must fit into one.
/// </summary>
internal static class PageLimits
{
    /// <summary>A timestamp, a quality and a value of fixed length.</summary>
    private const int FixedBytes = 16;

    /// <summary>Refuses readings that are too many or too long.</summary>
    /// <param name="item">Whose.</param>
    /// <param name="readings">The readings.</param>
    /// <exception cref="ConnectorException">They are; the item's own problem.</exception>
    public static void ThrowIfTooLarge(Item item, ReadOnlySpan<Reading> readings)
    {
        if (readings.Length > NextPage.MaxReadings)
        {
            throw new ConnectorException(
                Fault.Rejected,
                $"Item '{item.Name}' gave a page of {readings.Length} readings; at most {NextPage.MaxReadings} are "
                + "taken at once. Make its pages smaller.");
        }

        var bytes = 0L;
        foreach (ref readonly var reading in readings)
        {
            bytes += BytesOf(reading.Value);
        }

        if (bytes > NextPage.MaxBytes)
        {
            throw new ConnectorException(
                Fault.Rejected,
                $"Item '{item.Name}' gave a page of {readings.Length} readings with {bytes} bytes; at most "
                + $"{NextPage.MaxBytes} are taken at once. Make its pages smaller.");
        }
    }

    private static long BytesOf(ReadingValue value) => FixedBytes + value.Kind switch
    {
        ReadingValueKind.String or ReadingValueKind.Json => Encoding.UTF8.GetByteCount(value.AsString()),
        ReadingValueKind.Bytes => value.AsBytes().Length,
        _ => 0,
    };
}
