namespace Meridian.Formats.Sparkplug;

/// <summary>What a payload may have, so that a few bytes from outside never become much memory.</summary>
public static class SparkplugLimits
{
    /// <summary>How deep templates and property sets may be nested.</summary>
    /// <value>16.</value>
    public const int MaxDepth = 16;

    /// <summary>
    /// How many elements one payload may have: metrics, properties, columns, rows and cells together. The smallest
    /// takes 2 bytes on the wire and about 120 here, so this is some 30 MB.
    /// </summary>
    /// <value>250,000.</value>
    public const int MaxElements = 250_000;
}
