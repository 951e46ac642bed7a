using Meridian.Sdk.Settings;
using Meridian.Transforms.State;

namespace Meridian.Transforms.Thinning;

/// <summary>Lets at most one reading per period and point go on. Remembers when the last one did.</summary>
/// <param name="settings">The settings.</param>
/// <param name="capacity">The most points remembered.</param>
internal sealed class RateLimitTransform(RateLimitSettings settings, int capacity = TransformLimits.MaxPoints)
    : IRemembers
{
    private const byte Version = 1;

    private readonly PointTable<long> _sent = new(capacity);
    private readonly long _period = settings.Period.Ticks;

    /// <summary>What is wrong with settings.</summary>
    public static IEnumerable<SettingsProblem> Check(RateLimitSettings settings) =>
        SettingsWords.CheckDuration(
            "period", settings.Period, TimeSpan.FromMilliseconds(1), TimeSpan.FromDays(366)) is { } problem
            ? [problem]
            : [];

    /// <inheritdoc/>
    public void Apply(in TransformEntry entry, TransformLink link)
    {
        var ticks = entry.Reading.Timestamp.UtcTicks;
        ref var sent = ref _sent[_sent.HearOrAdd(PointKey.Of(entry), out var isNew)];

        // Forward or back: one reading of a wrong clock in the future must not hold back all that follow.
        if (isNew || Math.Abs(ticks - sent) >= _period)
        {
            sent = ticks;
            link.Pass(entry);
        }
        else
        {
            link.Filter(entry, FilterReason.RateLimit);
        }
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        writer.WriteByte(Version);
        _sent.Save(writer, static (to, ticks) => to.WriteInteger(ticks));
    }

    /// <inheritdoc/>
    public bool Load(ref StateReader reader)
    {
        Clear();
        return reader.ReadByte() == Version && _sent.Load(ref reader, static (ref from) => from.ReadTicks());
    }

    /// <inheritdoc/>
    public void Clear() => _sent.Clear();

    /// <inheritdoc/>
    public void Finish(long position, TransformLink link)
    {
        // Nothing is held back.
    }
}
