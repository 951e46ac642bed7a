namespace Meridian.Sdk.Settings;

/// <summary>The unit of a bare number in settings, shown beside its field.</summary>
/// <param name="unit">The unit, such as "ms" or "messages".</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class UnitAttribute(string unit) : Attribute
{
    /// <summary>The unit, such as "ms" or "messages".</summary>
    public string Unit { get; } = unit;
}
