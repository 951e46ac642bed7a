using System.Runtime.InteropServices;
using Meridian.Sdk.Readings;
using Meridian.Sdk.Settings;
using Meridian.Transforms.State;
using Meridian.Transforms.Values;

namespace Meridian.Transforms.Thinning;

/// <summary>
/// Takes out readings that say nothing new. Remembers of each point the last reading that went out, and nothing of
/// those that did not: small steps cannot add up unseen.
/// </summary>
/// <param name="settings">The settings.</param>
/// <param name="capacity">The most points remembered.</param>
internal sealed class DeadbandTransform(DeadbandSettings settings, int capacity = TransformLimits.MaxPoints)
    : IRemembers
{
    private const byte Version = 1;

    private static readonly TimeSpan LeastSilence = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan MostSilence = TimeSpan.FromDays(3660);

    private readonly PointTable<Sent> _sent = new(capacity);
    private readonly double _band = settings.Absolute ?? (settings.Percent / 100) ?? 0;
    private readonly bool _isPercent = settings.Absolute is null;
    private readonly long _maxSilence = settings.MaxSilence?.Ticks ?? long.MaxValue;

    /// <summary>What is wrong with settings.</summary>
    public static IEnumerable<SettingsProblem> Check(DeadbandSettings settings)
    {
        if (settings.Absolute is null == settings.Percent is null)
        {
            var which = settings.Absolute is null ? "Neither" : "Both";
            yield return new SettingsProblem(
                settings.Absolute is null ? string.Empty : "percent",
                $"{which} of 'absolute' and 'percent' is set; a deadband has exactly one band, set one of them.");
        }

        foreach (var (setting, value) in new[] { ("absolute", settings.Absolute), ("percent", settings.Percent) })
        {
            if (value is { } band && !(band >= 0 && double.IsFinite(band)))
            {
                yield return new SettingsProblem(
                    setting, $"'{setting}' is {SettingsWords.Of(band)}; it must be a finite number, at least 0.");
            }
        }

        if (settings.MaxSilence is { } silence
            && SettingsWords.CheckDuration("maxSilence", silence, LeastSilence, MostSilence) is { } problem)
        {
            yield return problem;
        }
    }

    /// <inheritdoc/>
    public void Apply(in TransformEntry entry, TransformLink link)
    {
        var reading = entry.Reading;
        ref var sent = ref _sent[_sent.HearOrAdd(PointKey.Of(entry), out var isNew)];
        if (!isNew && !IsNews(sent, reading))
        {
            link.Filter(entry, FilterReason.Deadband);
            return;
        }

        sent = new Sent(ValueMark.Of(reading.Value), reading.Timestamp.UtcTicks, reading.Quality);
        link.Pass(entry);
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        writer.WriteByte(Version);
        _sent.Save(writer, static (to, sent) =>
        {
            sent.Value.Save(to);
            to.WriteInteger(sent.Ticks);
            to.WriteCount(sent.Quality.StatusCode);
        });
    }

    /// <inheritdoc/>
    public bool Load(ref StateReader reader)
    {
        Clear();
        return reader.ReadByte() == Version && _sent.Load(ref reader, static (ref from) => new Sent(
            ValueMark.Load(ref from), from.ReadTicks(), new Quality((uint)from.ReadCount())));
    }

    /// <inheritdoc/>
    public void Clear() => _sent.Clear();

    /// <inheritdoc/>
    public void Finish(long position, TransformLink link)
    {
        // Nothing is held back.
    }

    private bool IsNews(in Sent sent, in Reading reading)
    {
        // Forward or back: a clock that was set, or history among live data, must not silence a point.
        if (reading.Quality != sent.Quality || Math.Abs(reading.Timestamp.UtcTicks - sent.Ticks) >= _maxSilence)
        {
            return true;
        }

        if (sent.Value.DistanceTo(reading.Value) is not { } distance)
        {
            return sent.Value != ValueMark.Of(reading.Value);
        }

        return distance > (_isPercent ? PercentBand(sent.Value.ToNumber()) : _band);
    }

    private double PercentBand(in ReadingValue sent) =>
        Numbers.TryGet(sent, out var number) && double.IsFinite(number)
            ? Math.Min(_band * Math.Abs(number), double.MaxValue)
            : 0;

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Sent(ValueMark Value, long Ticks, Quality Quality);
}
