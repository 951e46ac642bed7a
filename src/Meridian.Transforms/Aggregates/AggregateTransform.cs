using Meridian.Sdk.Readings;
using Meridian.Sdk.Settings;
using Meridian.Transforms.Naming;
using Meridian.Transforms.State;

namespace Meridian.Transforms.Aggregates;

/// <summary>
/// Gathers readings into windows and makes new ones of them. Every reading that comes in is consumed: aggregated, or
/// late. What goes out is derived and carries the position of the reading that closed its window.
/// </summary>
/// <param name="settings">The settings.</param>
/// <param name="capacity">The most points remembered.</param>
internal sealed class AggregateTransform(AggregateSettings settings, int capacity = TransformLimits.MaxPoints)
    : IRemembers
{
    private const byte Version = 1;

    private readonly AggregateWindows _windows = new(capacity);
    private readonly long _length = settings.Window.Ticks;
    private readonly bool _keepsLast = settings.Kinds.Contains(AggregateKind.Last);
    private readonly bool _isStampedEnd = settings.Timestamp == WindowEdge.End;
    private readonly (AggregateKind Kind, NameMemory Names)[] _outputs =
        [.. settings.Kinds.Select(kind => (kind, NamesOf(settings, kind)))];

    /// <summary>What is wrong with settings.</summary>
    public static IEnumerable<SettingsProblem> Check(AggregateSettings settings)
    {
        if (SettingsWords.CheckDuration(
            "window", settings.Window, TimeSpan.FromMilliseconds(10), TimeSpan.FromDays(366)) is { } window)
        {
            yield return window;
        }

        if (settings.Kinds is not { Count: > 0 })
        {
            yield return new SettingsProblem(
                "kinds", "'kinds' is empty, so nothing would ever go out; name at least one, such as mean.");
            yield break;
        }

        for (var index = 0; index < settings.Kinds.Count; index++)
        {
            var kind = settings.Kinds[index];
            if (SettingsWords.CheckWord($"kinds[{index}]", kind) is { } unknown)
            {
                yield return unknown;
            }
            else if (settings.Kinds.Take(index).Contains(kind))
            {
                yield return new SettingsProblem(
                    $"kinds[{index}]", $"'kinds' names {SettingsWords.WordOf(kind)} twice; remove one of the two.");
            }
        }

        if (SettingsWords.CheckWord("timestamp", settings.Timestamp) is { } timestamp)
        {
            yield return timestamp;
        }

        foreach (var problem in ReadingTemplate
            .Check("name", settings.Name, TemplateFields.Name | TemplateFields.Aggregate, settings.Separator)
            .Concat(CheckNamesDiffer(settings)))
        {
            yield return problem;
        }
    }

    /// <inheritdoc/>
    public void Apply(in TransformEntry entry, TransformLink link)
    {
        var key = PointKey.Of(entry);
        var index = IndexOf(entry.Reading.Timestamp);
        if (_windows.Advance(entry.South, index) is { } south)
        {
            CloseSilent(south, entry.Position, link);
        }

        var place = _windows.Hear(key);
        if (place == AggregateWindows.None)
        {
            if (_windows.IsFull)
            {
                Close(_windows.Oldest, entry.Position, link);
                _windows.RemoveOldest();
            }

            place = _windows.Add(key, index);
        }
        else if (index < _windows[place].Index || (index == _windows[place].Index && !_windows[place].IsOpen))
        {
            link.Filter(entry, FilterReason.Late);
            return;
        }
        else if (index > _windows[place].Index)
        {
            Close(place, entry.Position, link);
            _windows.Open(place, index);
        }

        ref var window = ref _windows[place];
        window.Group = entry.Group;
        window.Add(entry.Reading, _keepsLast);
        link.Filter(entry, FilterReason.Aggregated);
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        writer.WriteByte(Version);
        _windows.Save(writer);
    }

    /// <inheritdoc/>
    public bool Load(ref StateReader reader)
    {
        Clear();
        return reader.ReadByte() == Version && _windows.Load(ref reader);
    }

    /// <inheritdoc/>
    public void Clear() => _windows.Clear();

    /// <inheritdoc/>
    public void Finish(long position, TransformLink link)
    {
        for (var place = _windows.Oldest; place != AggregateWindows.None; place = _windows.NextOf(place))
        {
            Close(place, position, link);
        }
    }

    private static NameMemory NamesOf(AggregateSettings settings, AggregateKind kind) => new(
        ReadingTemplate.Compile(settings.Name, TemplateFields.Name | TemplateFields.Aggregate, settings.Separator),
        SettingsWords.WordOf(kind));

    private static IEnumerable<SettingsProblem> CheckNamesDiffer(AggregateSettings settings)
    {
        if (settings.Kinds.Count > 1
            && settings.Name?.Contains("{aggregate}", StringComparison.Ordinal) == false)
        {
            yield return new SettingsProblem(
                "name",
                $"The template '{settings.Name}' gives {settings.Kinds.Count} aggregates the same name; "
                + "put {aggregate} into it.");
        }
    }

    private long IndexOf(DateTimeOffset timestamp)
    {
        var (quotient, rest) = Math.DivRem(timestamp.UtcTicks - DateTimeOffset.UnixEpoch.Ticks, _length);
        return rest < 0 ? quotient - 1 : quotient;
    }

    private void CloseSilent(SouthClock south, long position, TransformLink link)
    {
        for (var place = _windows.Oldest; place != AggregateWindows.None; place = _windows.NextOf(place))
        {
            ref var window = ref _windows[place];
            var isSilent = Math.Max(window.Index, window.HeardAt) + 2 <= south.Index;
            if (isSilent && window.IsOpen && _windows.IsOf(place, south))
            {
                Close(place, position, link);
            }
        }
    }

    private void Close(int place, long position, TransformLink link)
    {
        if (!_windows[place].IsOpen)
        {
            return;
        }

        // Closed before anything goes out: what comes behind in the chain must find it as the next entry will.
        var window = _windows[place];
        _windows.Close(place);
        var (south, point) = _windows.KeyOf(place);
        var start = DateTimeOffset.UnixEpoch.Ticks + (window.Index * _length);
        var stamp = Math.Clamp(_isStampedEnd ? start + _length : start, 0, DateTime.MaxValue.Ticks);
        var origin = new TransformEntry(
            new Reading(point, new DateTimeOffset(stamp, TimeSpan.Zero), default), position, south, window.Group, true);
        foreach (var (kind, names) in _outputs)
        {
            var (value, quality) = ResultOf(kind, window, start + _length);
            var reading = new Reading(names.NameOf(origin), origin.Reading.Timestamp, value, quality);
            link.Pass(origin with { Reading = reading });
        }
    }

    private static (ReadingValue Value, Quality Quality) ResultOf(
        AggregateKind kind, in WindowState window, long endTicks) => kind switch
        {
            AggregateKind.Last => (window.Last, window.LastQuality),
            AggregateKind.Count => (ReadingValue.From(window.Count), Quality.Good),
            _ when window.Numbers == 0 => (ReadingValue.Null, Quality.Bad),
            AggregateKind.Min => (ReadingValue.From(window.Min), window.Quality),
            AggregateKind.Max => (ReadingValue.From(window.Max), window.Quality),
            AggregateKind.Mean =>
                (ReadingValue.From(Math.Clamp(window.Mean, window.Min, window.Max)), window.Quality),
            _ => (ReadingValue.From(window.WeightedMeanAt(endTicks)), window.Quality),
        };
}
