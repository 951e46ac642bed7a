using Meridian.Sdk.Readings;

namespace Meridian.Connectors.Files.Encodings;

/// <summary>Makes one file of readings, from its beginning to its end. The stream stays its owner's.</summary>
internal interface IFileEncoder : IDisposable
{
    /// <summary>Takes in readings; what their values refer to may be kept.</summary>
    void Write(ReadOnlySpan<Reading> readings);

    /// <summary>Writes the file's end.</summary>
    void Complete();
}
