using System.Diagnostics.CodeAnalysis;
using Meridian.Formats.Rows;
using Meridian.Formats.Times;
using Meridian.Sdk.Settings;
using Meridian.Sdk.South;

namespace Meridian.Formats.Sql;

/// <summary>One item's query, ready to be asked. One thread at a time; make one per item.</summary>
public sealed class SqlQuery
{
    private SqlQuery(string text, SqlItemSettings settings, RowDecoder decoder, ResultName name)
    {
        Text = text;
        Settings = settings;
        Decoder = decoder;
        Name = name;
    }

    /// <summary>What the database gets.</summary>
    public string Text { get; }

    /// <summary>What the user asks for.</summary>
    public SqlItemSettings Settings { get; }

    /// <summary>What makes readings of its rows.</summary>
    public RowDecoder Decoder { get; }

    /// <summary>What names its files.</summary>
    internal ResultName Name { get; }

    /// <summary>Compiles an item's query.</summary>
    /// <param name="settings">The item's settings.</param>
    /// <param name="item">The item's name.</param>
    /// <param name="south">The South's name.</param>
    /// <param name="compiled">The query; null when there are problems.</param>
    /// <param name="problems">
    /// Everything that is wrong, with the names of the settings as paths; empty when nothing is.
    /// </param>
    /// <returns>Whether it could be compiled.</returns>
    public static bool TryCompile(
        SqlItemSettings settings,
        string item,
        string south,
        [NotNullWhen(true)] out SqlQuery? compiled,
        out IReadOnlyList<SettingsProblem> problems)
    {
        ArgumentNullException.ThrowIfNull(settings);
        compiled = null;
        var text = new SqlText(settings.Query);
        var found = new List<SettingsProblem>(
            text.FindProblems(settings.Mode).Select(static one => new SettingsProblem("query", one)));
        var noPoint = settings.Mode == SqlMode.Sequence ? settings.Sequence.Column : null;
        if (!RowDecoder.TryCompile(settings.Rows, item, south, out var decoder, out var rowProblems, noPoint))
        {
            found.AddRange(rowProblems.Select(static one => one with { Path = "rows." + one.Path }));
        }
        else if (settings.Mode == SqlMode.Window && FindTimeProblem(settings.TimeType, decoder) is { } problem)
        {
            found.Add(new SettingsProblem("timeType", problem));
        }

        if (settings.Mode == SqlMode.Sequence && settings.Sequence.Column.Length == 0)
        {
            found.Add(new SettingsProblem("sequence.column", "The column of the sequence has no name; name one."));
        }

        found.AddRange(ResultName.FindProblems(settings, item, south, out var name));
        problems = found;
        if (found.Count == 0 && decoder is not null && name is not null)
        {
            compiled = new SqlQuery(text.Text, settings, decoder, name);
        }

        return compiled is not null;
    }

    /// <summary>The variables of a window; see <see cref="ValuesOf"/>.</summary>
    /// <param name="window">The window.</param>
    public IReadOnlyList<SqlVariable> VariablesOf(HistoryWindow window)
    {
        var (start, end) = ValuesOf(window);
        return [new SqlVariable(TimeVariables.Start, start), new SqlVariable(TimeVariables.End, end)];
    }

    /// <summary>
    /// The values of <c>@StartTime</c> and <c>@EndTime</c>, of the type of the column: <see cref="DateTime"/> of kind
    /// UTC or unspecified, <see cref="DateOnly"/>, <see cref="long"/>, <see cref="double"/> or <see cref="string"/>.
    /// Where the type tells times less finely, or the clock changes, they hold more than the window, never less.
    /// </summary>
    /// <param name="window">The window.</param>
    public (object Start, object End) ValuesOf(HistoryWindow window)
    {
        var codec = Decoder.Times;
        switch (Settings.TimeType)
        {
            case SqlTimeType.WithTimeZone:
                return (Floor(window.Start.UtcDateTime), Ceiling(window.End.UtcDateTime));
            case SqlTimeType.WithoutTimeZone:
                var (from, to) = codec.LocalBounds(window);
                return (Floor(from), Ceiling(to));
            case SqlTimeType.Date:
                var (first, last) = codec.LocalBounds(window);
                return (DateOnly.FromDateTime(first), DateOnly.FromDateTime(CeilingOfDay(last)));
            case SqlTimeType.Number:
                var (least, most) = codec.NumberBounds(window);

                // Whole numbers as such: a column of them is found by its index.
                if (IsWhole(least) && IsWhole(most))
                {
                    return ((long)least, (long)most);
                }

                return ((double)least, (double)most);
            default:
                var (lowest, highest) = codec.TextBounds(window);
                return (lowest, highest);
        }
    }

    private static string? FindTimeProblem(SqlTimeType timeType, RowDecoder decoder) =>
        timeType == SqlTimeType.Number == decoder.Times.IsNumber
            || timeType is not (SqlTimeType.Number or SqlTimeType.Text)
            ? null
            : timeType == SqlTimeType.Number
                ? "A column of numbers needs a format of numbers; set rows.time.format to unixSeconds or its like."
                : "A column of text needs a format of text; set rows.time.format to iso or custom.";

    // PostgreSQL keeps microseconds.
    private static DateTime Floor(DateTime time) => new(time.Ticks - (time.Ticks % 10), time.Kind);

    private static DateTime Ceiling(DateTime time) =>
        new(Math.Min(DateTime.MaxValue.Ticks, time.Ticks + ((10 - (time.Ticks % 10)) % 10)), time.Kind);

    private static DateTime CeilingOfDay(DateTime time) =>
        time.TimeOfDay == default || time.Date == DateTime.MaxValue.Date ? time : time.AddDays(1);

    private static bool IsWhole(decimal amount) => decimal.IsInteger(amount) && Math.Abs(amount) < long.MaxValue;
}
