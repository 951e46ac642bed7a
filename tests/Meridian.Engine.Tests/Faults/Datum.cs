using System.Globalization;
using Meridian.Sdk.Readings;

namespace Meridian.Engine.Tests.Faults;

/// <summary>A reading or a file, as the books tell it from all others.</summary>
/// <param name="Name">The point, or the file's name; both begin with their source, but for the point of "s".</param>
/// <param name="Number">The value, which is one of a kind; −1 where there is none.</param>
internal readonly record struct Datum(string Name, long Number)
{
    /// <summary>Where it comes from.</summary>
    public string Source => Name.IndexOfAny(['/', '-']) is > 0 and var length ? Name[..length] : "s";

    public static Datum Of(in Reading reading) =>
        new(reading.Point, reading.Value.Kind == ReadingValueKind.Null ? -1 : reading.Value.AsInt64());

    public static Datum OfFile(string name) => new(name, -1);

    public bool IsOf(FaultSource source) => string.Equals(Source, source.Name, StringComparison.Ordinal);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name}={Number}");
}
