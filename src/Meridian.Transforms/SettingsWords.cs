using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Meridian.Sdk.Settings;

namespace Meridian.Transforms;

/// <summary>Checks that several transforms' settings share, and how values look in their messages.</summary>
internal static class SettingsWords
{
    /// <summary>A word that an enumeration does not have; null when it has it.</summary>
    public static SettingsProblem? CheckWord<T>(string setting, T value)
        where T : struct, Enum
    {
        if (Enum.IsDefined(value))
        {
            return null;
        }

        var words = string.Join(", ", Enum.GetValues<T>().Select(WordOf));
        return new SettingsProblem(setting, $"'{setting}' is {value}, which does not exist; use one of {words}.");
    }

    /// <summary>A number that is none to calculate with; null when it is one.</summary>
    public static SettingsProblem? CheckFinite(string setting, double value) => double.IsFinite(value)
        ? null
        : new SettingsProblem(setting, $"'{setting}' is {Of(value)}; it must be a finite number.");

    /// <summary>A duration out of range; null when it is within.</summary>
    public static SettingsProblem? CheckDuration(string setting, TimeSpan value, TimeSpan least, TimeSpan most)
    {
        if (value >= least && value <= most)
        {
            return null;
        }

        return new SettingsProblem(
            setting, $"'{setting}' is {Of(value)}; it must be at least {Of(least)} and at most {Of(most)}.");
    }

    /// <summary>The word of an enumeration's member, as the file writes it.</summary>
    public static string WordOf<T>(T value)
        where T : struct, Enum
    {
        var name = value.ToString();
        return typeof(T).GetField(name)?.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name
            ?? JsonNamingPolicy.CamelCase.ConvertName(name);
    }

    /// <summary>A number as the file writes it.</summary>
    public static string Of(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static string Of(TimeSpan value) => value switch
    {
        _ when value.Ticks % TimeSpan.TicksPerDay == 0 && value != TimeSpan.Zero => Of(value.TotalDays) + " d",
        _ when value.Ticks % TimeSpan.TicksPerSecond == 0 => Of(value.TotalSeconds) + " s",
        _ => Of(value.TotalMilliseconds) + " ms",
    };
}
