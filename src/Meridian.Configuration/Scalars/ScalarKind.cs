namespace Meridian.Configuration.Scalars;

/// <summary>What a scalar is to a reader of the schema, whatever its type.</summary>
internal enum ScalarKind
{
    /// <summary>Any text.</summary>
    Text,

    /// <summary>A whole number.</summary>
    Whole,

    /// <summary>A number.</summary>
    Fraction,

    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>One of a few words.</summary>
    Word,

    /// <summary>One character.</summary>
    Character,

    /// <summary>An absolute address.</summary>
    Address,

    /// <summary>A GUID.</summary>
    Guid,

    /// <summary>An amount of bytes with its unit.</summary>
    ByteSize,

    /// <summary>A duration with its unit.</summary>
    Duration,

    /// <summary>An instant with its time zone.</summary>
    Instant,
}
