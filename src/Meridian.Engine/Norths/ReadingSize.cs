using System.Text;
using Meridian.Sdk.Readings;

namespace Meridian.Engine.Norths;

/// <summary>
/// About how many bytes a reading takes on its way to a destination, whatever it is encoded as there.
/// </summary>
internal static class ReadingSize
{
    /// <summary>A timestamp and a quality.</summary>
    public const int FixedBytes = 16;

    /// <summary>The point's name, the value, and what every reading has.</summary>
    public static long Of(in Reading reading) =>
        FixedBytes + Encoding.UTF8.GetByteCount(reading.Point) + reading.Value.Kind switch
        {
            ReadingValueKind.String or ReadingValueKind.Json => Encoding.UTF8.GetByteCount(reading.Value.AsString()),
            ReadingValueKind.Bytes => reading.Value.AsBytes().Length,
            ReadingValueKind.Boolean => 1,
            ReadingValueKind.Null => 0,
            _ => sizeof(long),
        };
}
