namespace Meridian.Sdk.Settings;

/// <summary>The section of a form in which a setting stands. Without it a setting stands before all sections.</summary>
/// <param name="group">The section's heading, such as "Security".</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class GroupAttribute(string group) : Attribute
{
    /// <summary>The section's heading, such as "Security".</summary>
    public string Group { get; } = group;
}
