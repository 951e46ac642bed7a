namespace Meridian.Sdk.Settings;

/// <summary>
/// A setting that has a meaning only while another setting of the same record has one of some values: a form shows it
/// then, and a file that sets it otherwise is wrong.
/// </summary>
/// <remarks>
/// The other setting is a word, a text, a whole number, or true or false. Where that one has a condition too, both must
/// hold. The property is nullable or has a default, never <c>required</c>, since the record is also made without it.
/// </remarks>
/// <param name="property">The other property, by <c>nameof</c>.</param>
/// <param name="values">Its values for which this setting is used; at least one, of its type.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class VisibleWhenAttribute(string property, params object[] values) : Attribute
{
    /// <summary>The other property's name in the record.</summary>
    public string Property { get; } = property;

    /// <summary>The other property's values for which this setting is used.</summary>
    public IReadOnlyList<object> Values { get; } = values ?? []; // null is what a lone null in the brackets makes

    /// <summary>Whether the file must set this setting while the condition holds.</summary>
    /// <value>Default: false.</value>
    public bool IsRequired { get; init; }
}
