using Meridian.Configuration.Binding;
using Meridian.Configuration.Json;
using Meridian.Configuration.Scalars;
using Meridian.Configuration.Schedules;
using Meridian.Configuration.Shapes;
using Meridian.Configuration.Words;

namespace Meridian.Configuration.Sections;

/// <summary>Reads the <c>schedules</c> section, and the schedules that Souths and items name.</summary>
internal sealed class ScheduleReader(BindingContext context)
{
    private static readonly SettingsShape Shape = SettingsShape.Of(typeof(ScheduleSection));

    private readonly Dictionary<string, Schedule> _known = new(StringComparer.Ordinal)
    {
        [Schedule.SubscriptionName] = SubscriptionSchedule.Instance,
    };

    private readonly ConnectorNames _names = new(StringComparer.Ordinal, "names of schedules are unique.");

    /// <summary>The names that may be written, and faulty schedules' names.</summary>
    private IReadOnlyCollection<string> Known => [.. _known.Keys.Concat(_names.All).Distinct(StringComparer.Ordinal)];

    /// <summary>Reads one schedule.</summary>
    /// <returns>The schedule; null when anything in it is wrong and was reported.</returns>
    public Schedule? Read(ObjectSyntax syntax, SettingsPath path)
    {
        var bound = SettingsBinder.BindProperties(Shape, syntax, path, context, []);
        if (bound.Get<string>("name") is not { } name || !_names.Take(name, syntax, path, context))
        {
            return null;
        }

        if (string.Equals(name, Schedule.SubscriptionName, StringComparison.Ordinal)
            || DurationText.TryParse(name, out _))
        {
            context.Report(
                path.Member("name"),
                SyntaxLocator.FindMemberLine(syntax, "name"),
                $"'name' is \"{name}\", which every configuration has already; choose another name.");
            return null;
        }

        var schedule = bound.HasProblems ? null : Make(name, bound, syntax, path);
        if (schedule is not null)
        {
            _known.Add(name, schedule);
        }

        return schedule;
    }

    /// <summary>Finds what a South or an item means.</summary>
    /// <param name="text">A schedule's name, or a period such as <c>10 s</c>.</param>
    /// <param name="syntax">The object that says it.</param>
    /// <param name="path">Its place.</param>
    /// <returns>The schedule; null when there is none and that was reported.</returns>
    public Schedule? Find(string text, ObjectSyntax syntax, SettingsPath path)
    {
        if (_known.TryGetValue(text, out var known))
        {
            return known;
        }

        if (DurationText.TryParse(text, out var period))
        {
            return MakePeriod(text, period, "schedule", syntax, path) is { } made
                ? _known[text] = made
                : null;
        }

        if (_names.Find(text) is null)
        {
            context.Report(
                path.Member("schedule"),
                SyntaxLocator.FindMemberLine(syntax, "schedule"),
                $"'schedule' is {BindingContext.QuoteWritten(syntax, "schedule")}, "
                + "which is neither a period such as \"10 s\" nor a schedule's name; "
                + $"{Suggestion.Hint(text, Known)}.");
        }

        return null;
    }

    private Schedule? Make(string name, BoundProperties bound, ObjectSyntax syntax, SettingsPath path)
    {
        if (bound.Has("every") == bound.Has("cron"))
        {
            context.Report(
                path, bound.Line, $"The schedule \"{name}\" needs either 'every' or 'cron'; write one of the two.");
            return null;
        }

        if (bound.Has("every"))
        {
            return MakePeriod(name, bound.Get<TimeSpan>("every"), "every", syntax, path);
        }

        var zone = FindZone(bound.Get<string>("timeZone"), syntax, path);
        return zone is null ? null : MakeCron(name, bound.Get<string>("cron")!, zone, syntax, path); // Has says so
    }

    private PeriodSchedule? MakePeriod(
        string name, TimeSpan period, string member, ObjectSyntax syntax, SettingsPath path)
    {
        if (period >= ConfigurationLimits.MinPeriod && period <= ConfigurationLimits.MaxPeriod)
        {
            return new PeriodSchedule(name, period);
        }

        context.Report(
            path.Member(member),
            SyntaxLocator.FindMemberLine(syntax, member),
            $"'{member}' is {ValueText.Of(period)}; a period is {ValueText.Of(ConfigurationLimits.MinPeriod)} to "
            + $"{ValueText.Of(ConfigurationLimits.MaxPeriod)}.");
        return null;
    }

    private TimeZoneInfo? FindZone(string? id, ObjectSyntax syntax, SettingsPath path)
    {
        if (id is null)
        {
            return TimeZoneInfo.Utc;
        }

        if (TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone))
        {
            return zone;
        }

        context.Report(
            path.Member("timeZone"),
            SyntaxLocator.FindMemberLine(syntax, "timeZone"),
            $"'timeZone' is {BindingContext.QuoteWritten(syntax, "timeZone")}, which this machine does not know; "
            + "write a name such as "
            + "\"Europe/Zurich\", or leave it out for UTC.");
        return null;
    }

    private CronSchedule? MakeCron(
        string name, string expression, TimeZoneInfo zone, ObjectSyntax syntax, SettingsPath path)
    {
        try
        {
            return CronSchedule.Parse(name, expression, zone);
        }
        catch (FormatException exception)
        {
            context.Report(
                path.Member("cron"),
                SyntaxLocator.FindMemberLine(syntax, "cron"),
                $"'cron' is {BindingContext.QuoteWritten(syntax, "cron")}: "
                + $"{context.References.Hide(exception.Message.TrimEnd('.'))}. Write seconds, minutes, hours, "
                + "day of month, month and day of week, such as \"0 30 6 ? * MON-FRI\".");
            return null;
        }
    }
}
