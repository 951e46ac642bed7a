using Meridian.Configuration.Binding;
using Meridian.Configuration.Json;
using Meridian.Configuration.Shapes;

namespace Meridian.Configuration.Conditions;

/// <summary>Checks the conditional settings of one bound object: not set while unused, set while required.</summary>
internal static class ConditionCheck
{
    /// <summary>Reports what is wrong.</summary>
    /// <param name="shape">The shape of the record.</param>
    /// <param name="syntax">The object.</param>
    /// <param name="path">Where it stands.</param>
    /// <param name="context">Where problems go.</param>
    /// <param name="bound">What could be bound of it.</param>
    public static void Report(
        SettingsShape shape, ObjectSyntax syntax, SettingsPath path, BindingContext context, BoundProperties bound)
    {
        foreach (var property in shape.Conditional)
        {
            // A setting that decides and is wrong itself has been reported; what follows from it would be a guess.
            if (property.Condition is not { } condition
                || condition.Terms.Any(term => !IsKnown(term.Property, syntax, bound)))
            {
                continue;
            }

            var isSet = IsSet(property, syntax);
            var failing = condition.Terms.FirstOrDefault(term => !term.Holds(ValueOf(term.Property, bound)));
            if (failing is not null && isSet)
            {
                bound.Spoil();
                context.Report(
                    path.Member(property.Name),
                    SyntaxLocator.FindMemberLine(syntax, property.Name),
                    $"'{property.Name}' is only used when {condition.Describe()}; "
                    + $"remove it or change '{failing.Property.Name}'.");
            }
            else if (failing is null && condition.IsRequired && !isSet)
            {
                bound.Spoil();
                context.Report(
                    path.Member(property.Name),
                    syntax.Line,
                    $"'{property.Name}' is missing; it is needed when {condition.Describe()}. Set it to "
                    + $"{property.Value.Noun}, such as \"{property.Name}\": {property.Value.Example}.");
            }
        }
    }

    private static bool IsSet(SettingsProperty property, ObjectSyntax syntax) =>
        syntax.Find(property.Name) is not (null or NullSyntax);

    private static bool IsKnown(SettingsProperty property, ObjectSyntax syntax, BoundProperties bound) =>
        bound.Has(property.Name) || (!property.IsRequired && !IsSet(property, syntax));

    private static object? ValueOf(SettingsProperty property, BoundProperties bound) =>
        bound.Has(property.Name) ? bound.Get<object>(property.Name) : property.Default;
}
