using Meridian.Sdk.Readings;
using Meridian.Sdk.Settings;

namespace Meridian.Transforms.Values;

/// <summary>Gives values a type. What cannot be converted is marked bad or filtered, never guessed.</summary>
internal sealed class ConvertTransform(ConvertSettings settings) : ITransform
{
    /// <summary>Bad_TypeMismatch: the value is not of the type asked for.</summary>
    private static readonly Quality TypeMismatch = new(0x8074_0000);

    private readonly ConvertTarget _target = settings.To;
    private readonly bool _drops = settings.Otherwise == Unconvertible.Drop;

    /// <summary>What is wrong with settings.</summary>
    public static IEnumerable<SettingsProblem> Check(ConvertSettings settings)
    {
        if (SettingsWords.CheckWord("to", settings.To) is { } to)
        {
            yield return to;
        }

        if (SettingsWords.CheckWord("otherwise", settings.Otherwise) is { } otherwise)
        {
            yield return otherwise;
        }
    }

    /// <inheritdoc/>
    public void Apply(in TransformEntry entry, TransformLink link)
    {
        var value = entry.Reading.Value;
        if (ValueConversion.TryConvert(value, _target, out var converted))
        {
            link.Pass(entry with { Reading = entry.Reading with { Value = converted } });
        }
        else if (_drops)
        {
            link.Filter(entry, FilterReason.NotConvertible);
        }
        else
        {
            // One that is bad already knows better why.
            var quality = entry.Reading.Quality.IsBad ? entry.Reading.Quality : TypeMismatch;
            link.Pass(entry with { Reading = entry.Reading with { Quality = quality } });
        }
    }
}
