namespace Meridian.Sdk.Settings;

/// <summary>
/// The words beside a setting's field, where its name does not give them: <c>maxReadings</c> is "Max readings" by
/// itself, <c>caFile</c> wants "CA file".
/// </summary>
/// <param name="title">The words, such as "CA file".</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class TitleAttribute(string title) : Attribute
{
    /// <summary>The words, such as "CA file".</summary>
    public string Title { get; } = title;
}
