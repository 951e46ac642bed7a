using Meridian.Configuration.Shapes;
using Meridian.Configuration.Words;

namespace Meridian.Configuration.Conditions;

/// <summary>One setting has one of some values.</summary>
/// <param name="Property">The setting: a word, a text, a whole number, or true or false.</param>
/// <param name="Values">The values, of the setting's type.</param>
internal sealed record ConditionTerm(SettingsProperty Property, IReadOnlyList<object> Values)
{
    /// <summary>Whether it holds when the file does not set the setting.</summary>
    public bool HoldsByDefault => Holds(Property.Default);

    /// <summary>Whether it holds for this value of the setting; null is not set, for which none holds.</summary>
    public bool Holds(object? value) => value is not null && Values.Contains(value);

    /// <summary>In words: <c>'auth' is 'basic' or 'digest'</c>.</summary>
    public string Describe() => $"'{Property.Name}' is {string.Join(" or ", Values.Select(Word))}";

    private static string Word(object value) =>
        value is Enum or string ? $"'{ValueText.Clean(value as string ?? ValueText.Of(value))}'" : ValueText.Of(value);
}
