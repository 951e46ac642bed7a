using Meridian.Sdk;
using Meridian.Sdk.Settings;

namespace Meridian.Connectors.Basic.Intake;

/// <summary>What the intake South is.</summary>
public static class IntakeManifest
{
    /// <summary>The manifest.</summary>
    public static SouthManifest Manifest { get; } = new()
    {
        Id = "intake",
        Name = "Intake",
        Description = "Takes readings and files that are pushed to the gateway, and answers when they are on disk.",
        Category = ConnectorCategory.Tool,
        ConnectorType = typeof(IntakeSouth),
        SettingsType = typeof(IntakeSettings),
        ItemSettingsType = typeof(IntakeItemSettings),
        Create = static (context, settings) => new IntakeSouth(context, (IntakeSettings)settings),
        Check = static (settings, _) => Find((IntakeSettings)settings),
    };

    private static IEnumerable<SettingsProblem> Find(IntakeSettings settings)
    {
        if (settings.RetryAfter <= TimeSpan.Zero || settings.RetryAfter > TimeSpan.FromHours(1))
        {
            yield return new SettingsProblem(
                "settings.retryAfter", $"It is {settings.RetryAfter}; it must be more than zero and at most an hour.");
        }

        if (settings.MaxWaitingSize.Bytes < 1 << 20)
        {
            yield return new SettingsProblem(
                "settings.maxWaitingSize", $"It is {settings.MaxWaitingSize}; the least is 1 MiB.");
        }
    }
}
