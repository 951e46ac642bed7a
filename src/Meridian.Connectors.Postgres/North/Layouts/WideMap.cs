using System.Diagnostics.CodeAnalysis;
using Meridian.Formats.Templates;
using Meridian.Sdk.Readings;

namespace Meridian.Connectors.Postgres.North.Layouts;

/// <summary>
/// From points to cells of a wide row, made once for each point and remembered. Two points never share a cell: the
/// second one that would is refused in words. One call at a time.
/// </summary>
internal sealed class WideMap
{
    /// <summary>What names can be made of: what stays the same for a point.</summary>
    public const TemplatePlaceholders Placeholders = TemplatePlaceholders.Point | TemplatePlaceholders.Topic;

    private const int MaxKnown = 100_000;

    private readonly Dictionary<string, WidePlace> _places = new(StringComparer.Ordinal);
    private readonly Dictionary<(int Column, string Key), string> _owners = [];
    private readonly Dictionary<string, WideColumn> _byPoint = new(StringComparer.Ordinal);
    private readonly Dictionary<string, WideColumn> _byName = new(StringComparer.Ordinal);
    private readonly List<WideColumn> _columns = [];
    private readonly TextTemplate? _column;
    private readonly TextTemplate? _key;

    /// <summary>A map for settings that were checked.</summary>
    public WideMap(PostgresNorthSettings settings)
    {
        KeyColumn = settings.KeyTemplate is null ? null : settings.KeyColumn;
        _column = Compile(settings.ColumnTemplate);
        _key = Compile(settings.KeyTemplate);
        foreach (var entry in settings.Columns)
        {
            if (!_byName.TryGetValue(entry.Column, out var column))
            {
                column = new WideColumn(_columns.Count, entry.Column, entry.Type, entry.Quality);
                _columns.Add(column);
                _byName.Add(column.Name, column);
            }

            if (entry.Point is not null)
            {
                _byPoint.TryAdd(entry.Point, column);
            }
        }
    }

    /// <summary>The columns in their order.</summary>
    public IReadOnlyList<WideColumn> Columns => _columns;

    /// <summary>The column that tells rows of one time apart; null when there is one row for each time.</summary>
    public string? KeyColumn { get; }

    /// <summary>Where a point goes.</summary>
    public WidePlace PlaceOf(string point)
    {
        if (!_places.TryGetValue(point, out var place))
        {
            if (_places.Count >= MaxKnown)
            {
                _places.Clear();
                _owners.Clear();
            }

            place = Find(point);
            _places.Add(point, place);
        }

        return place;
    }

    private static TextTemplate? Compile(string? text) => text is null
        ? null
        : TextTemplate.TryCompile(text, Placeholders, out var template, out var problems)
            ? template
            : throw new ArgumentException(string.Join(' ', problems), nameof(text));

    [return: NotNullIfNotNull(nameof(template))]
    private static string? Fill(TextTemplate? template, string point) =>
        template?.Render(new TemplateArguments { Reading = new Reading(point, default, default), Topic = point });

    private WidePlace Find(string point)
    {
        var name = _byPoint.TryGetValue(point, out var column) ? column.Name : Fill(_column, point);
        if (name is null || !_byName.TryGetValue(name, out column))
        {
            var made = name is null ? string.Empty : $": settings.columnTemplate makes '{name}' of it";
            return Nowhere($"No column takes point '{point}'{made}. Add it to settings.columns, or keep it from this "
                + "North by its routes or transforms.");
        }

        var key = Fill(_key, point) ?? string.Empty;
        if (_key is not null && key.Length == 0)
        {
            return Nowhere($"settings.keyTemplate makes an empty key of point '{point}'. Correct the template.");
        }

        if (!_owners.TryAdd((column.Index, key), point))
        {
            return Nowhere(
                $"Column '{column.Name}'{(_key is null ? string.Empty : $" of key '{key}'")} is filled by point "
                + $"'{_owners[(column.Index, key)]}', and '{point}' would take its place. Give it a column of its own, "
                + "or let settings.keyTemplate tell the two apart.");
        }

        return new WidePlace(column, key, null);
    }

    private static WidePlace Nowhere(string problem) => new(null, string.Empty, problem);
}
