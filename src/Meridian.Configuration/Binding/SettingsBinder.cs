using Meridian.Configuration.Conditions;
using Meridian.Configuration.Json;
using Meridian.Configuration.Shapes;
using Meridian.Configuration.Words;
using Meridian.Sdk.Settings;

namespace Meridian.Configuration.Binding;

/// <summary>
/// Binds an object of the file to a settings record, property by property, and reports every mistake in it: unknown,
/// written twice, missing, of the wrong type, beyond a limit, set where its condition does not hold. Null is the same
/// as leaving the property out.
/// </summary>
internal static class SettingsBinder
{
    /// <summary>Binds a whole record.</summary>
    /// <param name="type">The record.</param>
    /// <param name="syntax">The object.</param>
    /// <param name="path">Where it stands.</param>
    /// <param name="context">Where problems go.</param>
    /// <returns>The record; null when anything in it is wrong and was reported.</returns>
    public static object? Bind(Type type, ObjectSyntax syntax, SettingsPath path, BindingContext context) =>
        BindProperties(SettingsShape.Of(type), syntax, path, context, []).Construct(path, context);

    /// <summary>Binds what can be bound.</summary>
    /// <param name="shape">The shape of the record.</param>
    /// <param name="syntax">The object.</param>
    /// <param name="path">Where it stands.</param>
    /// <param name="context">Where problems go.</param>
    /// <param name="others">Names that also stand in this object but belong to another record.</param>
    public static BoundProperties BindProperties(
        SettingsShape shape,
        ObjectSyntax syntax,
        SettingsPath path,
        BindingContext context,
        IReadOnlyList<string> others)
    {
        var bound = new BoundProperties(shape, syntax.Line);
        var lines = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var member in syntax.Members)
        {
            if (!lines.TryAdd(member.Name, member.Line))
            {
                bound.Spoil();
                context.Report(
                    path.Member(member.Name),
                    member.Line,
                    $"'{ValueText.Clean(member.Name)}' is set twice, first in line {lines[member.Name]}; "
                    + "remove one of the two.");
            }
            else if (shape.Find(member.Name) is { } property)
            {
                BindMember(property, member, path, context, bound);
            }
            else if (!others.Contains(member.Name, StringComparer.Ordinal))
            {
                bound.Spoil();
                context.Report(
                    path.Member(member.Name),
                    member.Line,
                    $"'{ValueText.Clean(member.Name)}' is not known here; "
                    + $"{Suggestion.Hint(member.Name, [.. others, .. shape.Names])}.");
            }
        }

        ReportMissing(shape, syntax, path, context, bound);
        ConditionCheck.Report(shape, syntax, path, context, bound);
        return bound;
    }

    private static void BindMember(
        SettingsProperty property,
        MemberSyntax member,
        SettingsPath path,
        BindingContext context,
        BoundProperties bound)
    {
        if (member.Value is NullSyntax)
        {
            return;
        }

        var place = path.Member(member.Name);
        var value = ValueBinder.Bind(property.Value, member.Value, place, context);
        var isWithin = value is not null;
        foreach (var limit in property.Limits)
        {
            if (value is not null && limit.Objection(property.Name, value) is { } objection)
            {
                context.Report(place, member.Value.Line, Written(objection, property.Name, value, member, context));
                isWithin = false;
            }
        }

        bound.Set(property, isWithin ? value : null, member.Value.Line);
    }

    /// <summary>The objection with the value as it is written: what a reference stands for may be a password.</summary>
    private static string Written(
        string objection, string name, object value, MemberSyntax member, BindingContext context)
    {
        if (member.Value is not TextSyntax { Text: var text } || !text.Contains("${", StringComparison.Ordinal))
        {
            return objection;
        }

        var opening = $"'{name}' is {ValueText.Of(value)};";
        return objection.StartsWith(opening, StringComparison.Ordinal) && value is not Secret
            ? $"'{name}' is {ValueText.Quote(text)};{objection[opening.Length..]}"
            : context.References.Hide(objection);
    }

    private static void ReportMissing(
        SettingsShape shape, ObjectSyntax syntax, SettingsPath path, BindingContext context, BoundProperties bound)
    {
        foreach (var property in shape.Properties)
        {
            if (property.IsRequired && syntax.Find(property.Name) is null or NullSyntax)
            {
                bound.Spoil();
                context.Report(
                    path.Member(property.Name),
                    syntax.Line,
                    $"'{property.Name}' is missing; set it to {property.Value.Noun}, "
                    + $"such as \"{property.Name}\": {property.Value.Example}.");
            }
        }
    }
}
