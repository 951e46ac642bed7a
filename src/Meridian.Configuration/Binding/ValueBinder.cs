using System.Diagnostics;
using Meridian.Configuration.Json;
using Meridian.Configuration.Scalars;
using Meridian.Configuration.Shapes;
using Meridian.Configuration.Words;
using Meridian.Sdk.Settings;

namespace Meridian.Configuration.Binding;

/// <summary>Binds one value of the file to its shape.</summary>
internal static class ValueBinder
{
    /// <summary>Binds a value.</summary>
    /// <returns>The value; null when it is wrong and was reported.</returns>
    public static object? Bind(ValueShape shape, JsonSyntax syntax, SettingsPath path, BindingContext context) =>
        (shape, syntax) switch
        {
            (ScalarShape scalar, TextSyntax text) => BindText(scalar, text, path, context),
            (ScalarShape { Forms: var forms } scalar, NumberSyntax number) when forms.HasFlag(ScalarForms.Number) =>
                Read(scalar, number.Digits, number, path, context),
            (ScalarShape { Forms: var forms } scalar, BooleanSyntax flag) when forms.HasFlag(ScalarForms.Boolean) =>
                Read(scalar, flag.IsTrue ? "true" : "false", flag, path, context),
            (SecretShape, TextSyntax text) => BindSecret(text, path, context),
            (FreeShape, TextSyntax or ObjectSyntax or ListSyntax) => FreeJsonBinder.Bind(syntax, path, context),
            (ListShape list, ListSyntax elements) => BindList(list, elements, path, context),
            (MapShape map, ObjectSyntax entries) => BindMap(map, entries, path, context),
            (RecordShape record, ObjectSyntax members) => SettingsBinder.Bind(record.Type, members, path, context),
            (SyntaxShape { Type: var type }, _) when type.IsInstanceOfType(syntax) => syntax,
            _ => Refuse(shape, syntax, path, context, FormHint(shape, syntax)),
        };

    private static object? BindText(ScalarShape shape, TextSyntax syntax, SettingsPath path, BindingContext context)
    {
        var resolved = context.References.Resolve(syntax.Text, isSecret: false);
        if (resolved.Text is null)
        {
            context.Report(path, syntax.Line, resolved.Problem ?? throw new UnreachableException());
            return null;
        }

        // What comes from the environment is always text, so it may stand for a number or a boolean too.
        if (shape.Forms.HasFlag(ScalarForms.Text) || resolved.HasReference)
        {
            // Refused as it is written: what a reference stands for may be a password.
            return Read(shape, resolved.Text, syntax, path, context);
        }

        return Refuse(shape, syntax, path, context, FormHint(shape, syntax));
    }

    private static object? Read(
        ScalarShape shape, string text, JsonSyntax syntax, SettingsPath path, BindingContext context)
    {
        var reading = shape.Read(text);
        return reading.Value ?? Refuse(shape, syntax, path, context, reading.Hint);
    }

    private static Secret? BindSecret(TextSyntax syntax, SettingsPath path, BindingContext context)
    {
        var resolved = context.References.Resolve(syntax.Text, isSecret: true);
        if (resolved.Text is not null)
        {
            return new Secret(resolved.Text);
        }

        context.Report(path, syntax.Line, resolved.Problem ?? throw new UnreachableException());
        return null;
    }

    private static object? BindList(ListShape shape, ListSyntax syntax, SettingsPath path, BindingContext context)
    {
        var values = new List<object>(syntax.Elements.Count);
        for (var index = 0; index < syntax.Elements.Count; index++)
        {
            if (Bind(shape.Element, syntax.Elements[index], path.Element(index), context) is { } value)
            {
                values.Add(value);
            }
        }

        return values.Count == syntax.Elements.Count ? shape.Build(values) : null;
    }

    private static object? BindMap(MapShape shape, ObjectSyntax syntax, SettingsPath path, BindingContext context)
    {
        var values = new OrderedDictionary<string, object>(StringComparer.Ordinal);
        foreach (var member in syntax.Members)
        {
            if (values.ContainsKey(member.Name))
            {
                context.Report(
                    path.Member(member.Name),
                    member.Line,
                    $"'{ValueText.Clean(member.Name)}' is set twice; remove one of the two.");
            }
            else if (Bind(shape.Element, member.Value, path.Member(member.Name), context) is { } value)
            {
                values.Add(member.Name, value);
            }
        }

        return values.Count == syntax.Members.Count ? shape.Build([.. values]) : null;
    }

    private static object? Refuse(
        ValueShape shape, JsonSyntax syntax, SettingsPath path, BindingContext context, string? hint)
    {
        // Somebody's password may stand here without its quotes, so a secret's place repeats nothing.
        var found = shape is SecretShape ? "something else" : ValueText.Found(syntax);
        var example = shape is ScalarShape or SecretShape ? $", such as {shape.Example}" : string.Empty;
        var tail = hint is null ? string.Empty : $" {hint}";
        context.Report(path, syntax.Line, $"'{path.Label}' must be {shape.Noun}{example}; found {found}.{tail}");
        return null;
    }

    private static string? FormHint(ValueShape shape, JsonSyntax syntax) => (shape, syntax) switch
    {
        (ScalarShape scalar, TextSyntax text) when scalar.Read(text.Text).Value is not null =>
            "Write it without quotes.",
        (ScalarShape or SecretShape, NumberSyntax) when shape.Type == typeof(string) || shape is SecretShape =>
            "Write it in quotes.",
        (ListShape { Element: ScalarShape }, not ObjectSyntax) => "Write it in [ ].",
        _ => null,
    };
}
