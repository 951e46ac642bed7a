using System.Globalization;
using System.Reflection;
using Meridian.Configuration.Scalars;
using Meridian.Configuration.Shapes;
using Meridian.Sdk.Settings;

namespace Meridian.Configuration.Conditions;

/// <summary>The <see cref="VisibleWhenAttribute"/> of a record's properties → their conditions.</summary>
internal static class ConditionReader
{
    /// <summary>The condition of a property; null when it is always used.</summary>
    /// <param name="property">The property.</param>
    /// <param name="siblings">All properties of the record, still without conditions.</param>
    /// <exception cref="ArgumentException">The attribute cannot be obeyed; the message says why.</exception>
    public static FieldCondition? Read(SettingsProperty property, IReadOnlyList<SettingsProperty> siblings)
    {
        if (Find(property) is not { } first)
        {
            return null;
        }

        if (property.IsRequired)
        {
            throw Fault(property, "is required and has a condition; write IsRequired = true in VisibleWhen instead");
        }

        // What a setting depends on may depend on another: all of them must hold, or a hidden setting would decide.
        var terms = new List<ConditionTerm>();
        for (var (owner, attribute) = (property, first); attribute is not null; attribute = Find(owner))
        {
            var term = ReadTerm(owner, attribute, siblings);
            if (terms.Count == siblings.Count)
            {
                throw Fault(property, "has a condition that leads back to itself");
            }

            terms.Add(term);
            owner = term.Property;
        }

        return new FieldCondition(terms, first.IsRequired);
    }

    private static ConditionTerm ReadTerm(
        SettingsProperty owner, VisibleWhenAttribute attribute, IReadOnlyList<SettingsProperty> siblings)
    {
        var other = siblings.FirstOrDefault(
            sibling => string.Equals(sibling.Property.Name, attribute.Property, StringComparison.Ordinal))
            ?? throw Fault(
                owner, $"is visible by '{attribute.Property}', which is no setting of the record; use nameof");
        if (other.Value is not ScalarShape
            {
                Kind: ScalarKind.Word or ScalarKind.Text or ScalarKind.Whole or ScalarKind.Boolean,
            } shape)
        {
            throw Fault(
                owner,
                $"is visible by '{attribute.Property}', which is {other.Value.Noun}; "
                + "a condition asks for a word, a text, a whole number, or true or false");
        }

        return attribute.Values.Count == 0
            ? throw Fault(owner, $"is visible by no value of '{attribute.Property}'; name at least one")
            : new ConditionTerm(other, [.. attribute.Values.Select(value => ReadValue(owner, shape, value))]);
    }

    // Attributes write an int where the setting is a byte or a long.
    private static object ReadValue(SettingsProperty owner, ScalarShape shape, object value)
    {
        if (shape.Type.IsInstanceOfType(value))
        {
            return value;
        }

        var text = Convert.ToString(value, CultureInfo.InvariantCulture);
        return shape.Kind == ScalarKind.Whole && text is not null && shape.Read(text).Value is { } whole
            ? whole
            : throw Fault(owner, $"is visible by the value '{text}', which is not {shape.Noun}");
    }

    private static VisibleWhenAttribute? Find(SettingsProperty property) =>
        property.Property.GetCustomAttribute<VisibleWhenAttribute>();

    private static ArgumentException Fault(SettingsProperty property, string what) =>
        new($"The setting {property.Property.DeclaringType}.{property.Property.Name} {what}.", nameof(property));
}
