using System.Data.Common;
using System.Globalization;

namespace Meridian.Formats.Rows;

/// <summary>
/// The rows of a database query. Values come with the types of their columns; a type that is not known here comes as
/// its text. One thread at a time.
/// </summary>
public sealed class DataReaderCells : IRowCells
{
    private readonly DbDataReader _reader;
    private readonly string[] _columns;
    private readonly bool[] _isJson;
    private readonly bool[] _isTimeOfDay;

    /// <summary>Reads from a reader, which stays its owner's.</summary>
    /// <param name="reader">The reader, open.</param>
    public DataReaderCells(DbDataReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);

        _reader = reader;
        _columns = [.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetName)];
        _isJson = [.. Enumerable.Range(0, reader.FieldCount)
            .Select(column => reader.GetDataTypeName(column) is "json" or "jsonb")];

        // It comes with a date that nobody wrote.
        _isTimeOfDay = [.. Enumerable.Range(0, reader.FieldCount)
            .Select(column => reader.GetDataTypeName(column) is "time with time zone" or "timetz")];
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Columns => _columns;

    /// <inheritdoc/>
    public RowCell Read(int column)
    {
        if (_reader.IsDBNull(column))
        {
            return RowCell.Null;
        }

        try
        {
            // Asked for each row: a column of SQLite has no type, only its values have one.
            return ReadTyped(column, _reader.GetFieldType(column));
        }
        catch (Exception fault) when (fault is InvalidCastException or OverflowException or FormatException
            or NotSupportedException or ArgumentException)
        {
            // A value beyond what its .NET type holds, such as numeric NaN; the rest of the row can be read.
            return RowCell.Unreadable($"the driver cannot give the value ({fault.Message.TrimEnd('.')})");
        }
    }

    private RowCell ReadTyped(int column, Type type) => Type.GetTypeCode(type) switch
    {
        TypeCode.Boolean => RowCell.Of(_reader.GetBoolean(column)),
        TypeCode.Byte => RowCell.Of((long)_reader.GetByte(column)),
        TypeCode.Int16 => RowCell.Of((long)_reader.GetInt16(column)),
        TypeCode.Int32 => RowCell.Of((long)_reader.GetInt32(column)),
        TypeCode.Int64 => RowCell.Of(_reader.GetInt64(column)),
        TypeCode.Single => RowCell.Of(_reader.GetFloat(column)),
        TypeCode.Double => RowCell.Of(_reader.GetDouble(column)),
        TypeCode.Decimal => RowCell.Of(_reader.GetDecimal(column)),
        TypeCode.DateTime => OfDateTime(_reader.GetDateTime(column)),
        TypeCode.String when _isJson[column] => RowCell.OfJson(_reader.GetString(column)),
        TypeCode.String => RowCell.OfText(_reader.GetString(column)),
        _ when _isTimeOfDay[column] => RowCell.OfText(_reader.GetFieldValue<DateTimeOffset>(column)
            .ToString("HH:mm:ss.FFFFFFFzzz", CultureInfo.InvariantCulture)),
        _ => ReadOther(_reader.GetValue(column)),
    };

    /// <summary>The driver of PostgreSQL gives its infinity so, finer than any time that the database holds.</summary>
    private static RowCell OfDateTime(DateTime time) =>
        time.Ticks == DateTime.MaxValue.Ticks ? RowCell.OfText("infinity") : RowCell.Of(time);

    private static RowCell ReadOther(object value) => value switch
    {
        byte[] bytes => RowCell.Of(bytes),
        DateTimeOffset instant => RowCell.Of(instant),
        DateOnly date => RowCell.Of(date.ToDateTime(TimeOnly.MinValue)),
        TimeOnly time => RowCell.OfText(time.ToString("HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture)),
        string text => RowCell.OfText(text),
        sbyte or ushort or uint => RowCell.Of(Convert.ToInt64(value, CultureInfo.InvariantCulture)),
        ulong unsigned => RowCell.Of(unsigned),
        IFormattable formattable => RowCell.OfText(formattable.ToString(null, CultureInfo.InvariantCulture)),
        System.Collections.IEnumerable => RowCell.Unreadable($"a value of type {value.GetType().Name} was found"),
        _ => RowCell.OfText(value.ToString() ?? string.Empty),
    };
}
