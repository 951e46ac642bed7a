namespace Meridian.Sdk.Settings;

/// <summary>One thing that is wrong with settings.</summary>
/// <param name="Path">Where, relative to what was checked: <c>settings.port</c>, <c>items[7].topic</c>.</param>
/// <param name="Message">What, the value, the limit and the way out; a whole sentence.</param>
public sealed record SettingsProblem(string Path, string Message);
