using System.Runtime.InteropServices;
using Meridian.Sdk.Faults;

namespace Meridian.Connectors.Http.South.Answers;

/// <summary>How a question was answered.</summary>
/// <param name="Kind">How.</param>
/// <param name="Why">Why not whole, a whole sentence.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Asked(AskedKind Kind, string? Why)
{
    public static Asked Whole => default;

    /// <summary>What the engine is told when the server failed.</summary>
    public ConnectorException ToFault() => new(Fault.Unreachable, Why ?? string.Empty);
}

/// <summary>How a question was answered.</summary>
internal enum AskedKind
{
    /// <summary>Whole, to the last page.</summary>
    Whole,

    /// <summary>With more than is held or read; a narrower window may have less.</summary>
    TooMuch,

    /// <summary>Not, or with what is no answer: a problem of its items, which are asked again.</summary>
    Refused,

    /// <summary>The server failed with this question; others may be answered, and then the connection is made anew.
    /// </summary>
    Failed,
}
