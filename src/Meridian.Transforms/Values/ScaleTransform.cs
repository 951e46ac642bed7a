using Meridian.Sdk.Readings;
using Meridian.Sdk.Settings;

namespace Meridian.Transforms.Values;

/// <summary>
/// Multiplies numbers and adds an offset. Integers become doubles, exact up to 2^53; what is no number goes on as it
/// is.
/// </summary>
internal sealed class ScaleTransform(ScaleSettings settings) : ITransform
{
    private readonly double _factor = settings.Factor;
    private readonly double _offset = settings.Offset;

    /// <summary>What is wrong with settings.</summary>
    public static IEnumerable<SettingsProblem> Check(ScaleSettings settings)
    {
        if (SettingsWords.CheckFinite("factor", settings.Factor) is { } factor)
        {
            yield return factor;
        }

        if (settings.Factor == 0)
        {
            yield return new SettingsProblem(
                "factor", "'factor' is 0, which makes every value the same; write another, or filter the readings.");
        }

        if (SettingsWords.CheckFinite("offset", settings.Offset) is { } offset)
        {
            yield return offset;
        }
    }

    /// <inheritdoc/>
    public void Apply(in TransformEntry entry, TransformLink link)
    {
        var value = entry.Reading.Value;
        if (!Numbers.TryGet(value, out var number))
        {
            link.Pass(entry);
            return;
        }

        var scaled = ReadingValue.From((number * _factor) + _offset);
        link.Pass(entry with { Reading = entry.Reading with { Value = scaled } });
    }
}
