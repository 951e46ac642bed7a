using System.Diagnostics.CodeAnalysis;

namespace Meridian.Formats.Rows;

/// <summary>One cell of a row, as its source has it. Lent until the source goes on.</summary>
public readonly ref struct RowCell
{
    private readonly long _bits;

    private RowCell(RowCellKind kind, long bits)
    {
        Kind = kind;
        _bits = bits;
    }

    private RowCell(RowCellKind kind, ReadOnlySpan<char> text, object? reference = null)
    {
        Kind = kind;
        Text = text;
        Reference = reference;
    }

    /// <summary>What it is.</summary>
    public RowCellKind Kind { get; }

    /// <summary>The text of a text, of JSON, and of what cannot be read, where it says why.</summary>
    public ReadOnlySpan<char> Text { get; }

    /// <summary>A whole number.</summary>
    internal long Integer => _bits;

    /// <summary>A whole number without sign.</summary>
    internal ulong Unsigned => unchecked((ulong)_bits);

    /// <summary>A number.</summary>
    internal double Real => BitConverter.Int64BitsToDouble(_bits);

    /// <summary>True or false.</summary>
    internal bool Boolean => _bits != 0;

    /// <summary>An instant, UTC, or a local time without zone.</summary>
    internal DateTime Time => new(_bits, Kind == RowCellKind.Instant ? DateTimeKind.Utc : DateTimeKind.Unspecified);

    /// <summary>The text as the string that it was, the bytes, or the decimal.</summary>
    internal object? Reference { get; }

    /// <summary>No value.</summary>
    public static RowCell Null => default;

    /// <summary>Text.</summary>
    /// <param name="text">The text.</param>
    public static RowCell OfText(ReadOnlySpan<char> text) => new(RowCellKind.Text, text);

    /// <summary>Text that is a string already.</summary>
    /// <param name="text">The text.</param>
    public static RowCell OfText(string text) => new(RowCellKind.Text, text, text);

    /// <summary>A JSON text.</summary>
    /// <param name="json">The text.</param>
    public static RowCell OfJson(string json) => new(RowCellKind.Json, json, json);

    /// <summary>A whole number.</summary>
    /// <param name="value">The number.</param>
    public static RowCell Of(long value) => new(RowCellKind.Integer, value);

    /// <summary>A whole number without sign.</summary>
    /// <param name="value">The number.</param>
    public static RowCell Of(ulong value) => new(RowCellKind.Unsigned, unchecked((long)value));

    /// <summary>A number.</summary>
    /// <param name="value">The number.</param>
    public static RowCell Of(double value) => new(RowCellKind.Real, BitConverter.DoubleToInt64Bits(value));

    /// <summary>A decimal number.</summary>
    /// <param name="value">The number.</param>
    public static RowCell Of(decimal value) => new(RowCellKind.Decimal, default, value);

    /// <summary>True or false.</summary>
    /// <param name="value">Which.</param>
    public static RowCell Of(bool value) => new(RowCellKind.Boolean, value ? 1 : 0);

    /// <summary>Bytes, which the receiver may keep.</summary>
    /// <param name="value">The bytes.</param>
    public static RowCell Of(byte[] value) => new(RowCellKind.Bytes, default, value);

    /// <summary>A time: an instant when it is UTC, else local to the zone that the user names.</summary>
    /// <param name="value">The time.</param>
    public static RowCell Of(DateTime value) =>
        new(value.Kind == DateTimeKind.Utc ? RowCellKind.Instant : RowCellKind.Local, value.Ticks);

    /// <summary>An instant.</summary>
    /// <param name="value">The instant.</param>
    public static RowCell Of(DateTimeOffset value) => new(RowCellKind.Instant, value.UtcTicks);

    /// <summary>What the source cannot give.</summary>
    /// <param name="reason">Why.</param>
    public static RowCell Unreadable(string reason) => new(RowCellKind.Unreadable, reason, reason);

    /// <summary>The text as a string; the one it was, where it was one.</summary>
    internal string TextString() => Reference as string ?? new string(Text);
}

/// <summary>What a cell is.</summary>
[SuppressMessage(
    "Naming", "CA1720:Identifier contains type name", Justification = "The kinds are types, as the sources name them.")]
public enum RowCellKind
{
    /// <summary>No value.</summary>
    Null,

    /// <summary>Text.</summary>
    Text,

    /// <summary>A signed whole number.</summary>
    Integer,

    /// <summary>A whole number without sign.</summary>
    Unsigned,

    /// <summary>A floating-point number.</summary>
    Real,

    /// <summary>A decimal number.</summary>
    Decimal,

    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>An instant.</summary>
    Instant,

    /// <summary>A local time or a date, without zone.</summary>
    Local,

    /// <summary>Bytes.</summary>
    Bytes,

    /// <summary>A JSON text.</summary>
    Json,

    /// <summary>The source has something that it cannot give.</summary>
    Unreadable,
}

/// <summary>A row of named cells: of a query, a CSV file or a JSON array.</summary>
public interface IRowCells
{
    /// <summary>The columns' names. More may come from row to row; none goes and none moves.</summary>
    IReadOnlyList<string> Columns { get; }

    /// <summary>The cell of a column in the row that the source stands on.</summary>
    /// <param name="column">Its index in <see cref="Columns"/>.</param>
    RowCell Read(int column);
}
