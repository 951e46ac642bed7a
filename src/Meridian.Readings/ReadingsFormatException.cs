namespace Meridian.Readings;

/// <summary>
/// A record of readings cannot be decoded: it is damaged, or of a version that this build does not know. The message
/// says which, and where.
/// </summary>
public sealed class ReadingsFormatException : Exception
{
    private ReadingsFormatException(string message, int? unknownVersion)
        : base(message) => UnknownVersion = unknownVersion;

    /// <summary>The version that this build does not know; null when the record is damaged.</summary>
    public int? UnknownVersion { get; }

    /// <summary>Whether trying again can help: never, the bytes stay as they are.</summary>
    public bool IsTransient { get; }

    internal static ReadingsFormatException Damaged(int offset, string what) =>
        new($"The record of readings is damaged at byte {offset}: {what}.", null);

    internal static ReadingsFormatException OfVersion(byte version) =>
        new(
            $"The record of readings is of version {version}; this build reads versions "
            + $"{ReadingsFormat.RowsVersion} and {ReadingsFormat.Version}. "
            + "Use the Meridian that wrote it, or a newer one.",
            version);
}
