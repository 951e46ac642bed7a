using Meridian.Sdk.Readings;

namespace Meridian.Formats.Rows;

/// <summary>A row, or one cell of it, that is not what its spec says.</summary>
/// <param name="Line">The line or row, from 1.</param>
/// <param name="Reason">Where, what was found and what was expected; a whole sentence.</param>
/// <param name="AsItCame">
/// The reading with the value as it came and bad quality, where point and time are known; the caller decides whether it
/// is kept.
/// </param>
public sealed record RowProblem(long Line, string Reason, Reading? AsItCame);
