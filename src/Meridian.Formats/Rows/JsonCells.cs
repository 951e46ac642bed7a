using System.Globalization;
using System.Text.Json;
using Meridian.Formats.Payloads;

namespace Meridian.Formats.Rows;

/// <summary>
/// JSON objects as rows: a property is a column, and so is a path to what lies deeper. Objects may differ; what one
/// lacks is empty. Of a name that repeats the last counts. The columns of an array are numbers from 1. One thread at a
/// time.
/// </summary>
public sealed class JsonCells : IRowCells
{
    /// <summary>The most columns that are known; what comes beyond is not seen.</summary>
    public const int MaxColumns = 16_384;

    private readonly List<string> _columns = [];
    private readonly Dictionary<string, int> _indices = new(StringComparer.Ordinal);
    private readonly List<JsonElement> _cells = [];
    private readonly IReadOnlyList<JsonPath> _paths;

    /// <summary>Rows whose columns are their properties.</summary>
    public JsonCells()
        : this([])
    {
    }

    /// <summary>Rows with columns of what lies deeper.</summary>
    /// <param name="paths">The paths from a row on; each is a column of its text, before all others.</param>
    public JsonCells(IReadOnlyList<JsonPath> paths)
    {
        ArgumentNullException.ThrowIfNull(paths);

        _paths = paths;
        foreach (var path in paths)
        {
            IndexOf(path.ToString());
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Columns => _columns;

    /// <summary>Goes on to an object or an array.</summary>
    /// <param name="row">The row; its document must live until the next.</param>
    /// <returns>Whether it is an object, its names Unicode text, or an array.</returns>
    public bool MoveTo(JsonElement row)
    {
        for (var index = 0; index < _cells.Count; index++)
        {
            _cells[index] = default;
        }

        for (var index = 0; index < _paths.Count; index++)
        {
            _cells[index] = _paths[index].Find(row, 0);
        }

        return row.ValueKind switch
        {
            JsonValueKind.Object => MoveToObject(row),
            JsonValueKind.Array => MoveToArray(row),
            _ => false,
        };
    }

    /// <inheritdoc/>
    public RowCell Read(int column)
    {
        var cell = _cells[column];
        switch (cell.ValueKind)
        {
            case JsonValueKind.True or JsonValueKind.False:
                return RowCell.Of(cell.ValueKind == JsonValueKind.True);
            case JsonValueKind.String:
                return TextOf(cell) is { } text
                    ? RowCell.OfText(text)
                    : RowCell.Unreadable("a string that is not Unicode text was found");
            case JsonValueKind.Number when cell.TryGetInt64(out var whole):
                return RowCell.Of(whole);
            case JsonValueKind.Number when cell.TryGetUInt64(out var unsigned):
                return RowCell.Of(unsigned);
            case JsonValueKind.Number:
                // A double of 1e999 is infinity, which nobody sent.
                var real = cell.GetDouble();
                return double.IsFinite(real)
                    ? RowCell.Of(real)
                    : RowCell.Unreadable($"{cell.GetRawText()} is beyond the range of a double");
            case JsonValueKind.Object or JsonValueKind.Array:
                return RawTextOf(cell) is { } json
                    ? RowCell.OfJson(json)
                    : RowCell.Unreadable("JSON that is not Unicode text was found");
            default:
                return RowCell.Null;
        }
    }

    private bool MoveToObject(JsonElement row)
    {
        foreach (var property in row.EnumerateObject())
        {
            if (TextOf(property) is not { } name)
            {
                return false;
            }

            if (IndexOf(name) is >= 0 and var index)
            {
                _cells[index] = property.Value;
            }
        }

        return true;
    }

    private bool MoveToArray(JsonElement row)
    {
        var number = 0;
        foreach (var cell in row.EnumerateArray())
        {
            number++;
            if (IndexOf(number.ToString(CultureInfo.InvariantCulture)) is >= 0 and var index)
            {
                _cells[index] = cell;
            }
        }

        return true;
    }

    /// <summary>A column by its name, made when it is new; −1 when there are too many.</summary>
    private int IndexOf(string name)
    {
        if (_indices.TryGetValue(name, out var index))
        {
            return index;
        }

        if (_columns.Count == MaxColumns)
        {
            return -1;
        }

        _indices.Add(name, _columns.Count);
        _columns.Add(name);
        _cells.Add(default);
        return _columns.Count - 1;
    }

    private static string? TextOf(JsonProperty property)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException)
        {
            // The reader's way to say that escapes are not Unicode text.
            return null;
        }
    }

    private static string? TextOf(JsonElement text)
    {
        try
        {
            return text.GetString();
        }
        catch (InvalidOperationException)
        {
            // The reader's way to say that escapes are not Unicode text.
            return null;
        }
    }

    private static string? RawTextOf(JsonElement json)
    {
        try
        {
            return json.GetRawText();
        }
        catch (InvalidOperationException)
        {
            // The reader's way to say that bytes are not UTF-8.
            return null;
        }
    }
}
