using System.Runtime.InteropServices;
using Meridian.Formats.Templates;

namespace Meridian.Formats.Rows;

/// <summary>Where the columns of a spec are among those of a source; follows a source whose columns become more.
/// </summary>
internal sealed class RowColumns(RowSpec spec, TopicNames names, string? noPoint)
{
    private const int MaxShown = 20;

    private IReadOnlyList<string>? _followed;
    private int _count;
    private ValueColumn[] _values = [];

    /// <summary>The index of the time's column; −1 when it is not there, as for all.</summary>
    public int Time { get; private set; } = -1;

    /// <summary>The index of the point's column.</summary>
    public int Point { get; private set; } = -1;

    /// <summary>The index of the value's column.</summary>
    public int Value { get; private set; } = -1;

    /// <summary>The index of the quality's column.</summary>
    public int Quality { get; private set; } = -1;

    /// <summary>The value's column where a row is a reading.</summary>
    public ValueColumn TallValue { get; } = new(-1, spec.ValueColumn, string.Empty, spec.Type);

    /// <summary>The columns that are points.</summary>
    public ReadOnlySpan<ValueColumn> Values => _values;

    /// <summary>What is named and not there.</summary>
    public string? FindMissing(IReadOnlyList<string> columns)
    {
        Follow(columns);
        IEnumerable<string?> wanted = spec.Layout == RowLayout.Wide
            ? spec.Columns.Select(static column => (string?)column.Column)
            : new string?[] { spec.ValueColumn, spec.PointColumn, spec.QualityColumn };
        string[] missing =
            [.. wanted.Prepend(spec.TimeColumn).OfType<string>().Where(name => IndexOf(columns, name) < 0)];
        return missing.Length == 0 ? null : Missing(columns, missing);
    }

    /// <summary>Says that columns are missing, and which there are.</summary>
    public static string Missing(IReadOnlyList<string> columns, params IEnumerable<string> missing)
    {
        var shown = columns.Take(MaxShown).Select(static name => $"'{name}'");
        return $"There is no column '{string.Join("', '", missing)}' but {string.Join(", ", shown)}"
            + (columns.Count > MaxShown ? " and others" : string.Empty) + "; name one of these.";
    }

    /// <summary>Finds the columns anew where they have changed.</summary>
    public void Follow(IReadOnlyList<string> columns)
    {
        if (ReferenceEquals(columns, _followed) && columns.Count == _count)
        {
            return;
        }

        (_followed, _count) = (columns, columns.Count);
        Time = IndexOf(columns, spec.TimeColumn);
        if (spec.Layout == RowLayout.Tall)
        {
            Point = IndexOf(columns, spec.PointColumn);
            Value = IndexOf(columns, spec.ValueColumn);
            Quality = IndexOf(columns, spec.QualityColumn);
            return;
        }

        _values = spec.Columns.Count > 0
            ? [.. spec.Columns.Select(column => new ValueColumn(
                IndexOf(columns, column.Column),
                column.Column,
                column.Point ?? names.NameOf(column.Column),
                column.Type ?? spec.Type))]
            : [.. columns.Select((name, index) => (name, index))
                .Where(one => one.index != Time && one.name.Length > 0 && !IsSame(one.name, noPoint))
                .Select(one => new ValueColumn(one.index, one.name, names.NameOf(one.name), spec.Type))];
    }

    /// <summary>By its name as it is written, else without regard to case, as databases have it.</summary>
    public static int IndexOf(IReadOnlyList<string> columns, string? name)
    {
        var found = -1;
        for (var index = 0; name is not null && index < columns.Count; index++)
        {
            if (string.Equals(columns[index], name, StringComparison.Ordinal))
            {
                return index;
            }

            if (found < 0 && string.Equals(columns[index], name, StringComparison.OrdinalIgnoreCase))
            {
                found = index;
            }
        }

        return found;
    }

    private static bool IsSame(string name, string? other) => name.Equals(other, StringComparison.OrdinalIgnoreCase);
}

/// <summary>A column of values.</summary>
/// <param name="Index">Where it is; −1 when it is not there.</param>
/// <param name="Name">Its name.</param>
/// <param name="Point">The point's name; empty where the row says it.</param>
/// <param name="Type">What its values shall be.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ValueColumn(int Index, string Name, string Point, ValueWish Type);
