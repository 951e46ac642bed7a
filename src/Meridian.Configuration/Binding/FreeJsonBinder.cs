using System.Buffers;
using System.Diagnostics;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Meridian.Configuration.Json;
using Meridian.Configuration.Words;
using Meridian.Sdk.Settings;

namespace Meridian.Configuration.Binding;

/// <summary>Binds a value whose shape the user chooses: the JSON as it stands, references in its texts followed.
/// </summary>
internal static class FreeJsonBinder
{
    private static readonly JsonWriterOptions Options =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>Binds a value.</summary>
    /// <returns>The value, a <see cref="FreeJson"/>; null when something in it is wrong and was reported.</returns>
    public static object? Bind(JsonSyntax syntax, SettingsPath path, BindingContext context)
    {
        var json = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(json, Options);
        if (!TryWrite(syntax, path, context, writer))
        {
            return null;
        }

        writer.Flush();
        return new FreeJson(Encoding.UTF8.GetString(json.WrittenSpan));
    }

    private static bool TryWrite(JsonSyntax syntax, SettingsPath path, BindingContext context, Utf8JsonWriter writer)
    {
        switch (syntax)
        {
            case ObjectSyntax { Members: var members }:
                return TryWriteObject(members, path, context, writer);
            case ListSyntax { Elements: var elements }:
                var isGood = true;
                writer.WriteStartArray();
                for (var index = 0; index < elements.Count; index++)
                {
                    isGood &= TryWrite(elements[index], path.Element(index), context, writer);
                }

                writer.WriteEndArray();
                return isGood;
            case TextSyntax text:
                return TryWriteText(text, path, context, writer);
            case NumberSyntax { Digits: var digits }:
                writer.WriteRawValue(digits);
                return true;
            case BooleanSyntax { IsTrue: var isTrue }:
                writer.WriteBooleanValue(isTrue);
                return true;
            default:
                writer.WriteNullValue();
                return true;
        }
    }

    private static bool TryWriteObject(
        IReadOnlyList<MemberSyntax> members, SettingsPath path, BindingContext context, Utf8JsonWriter writer)
    {
        var isGood = true;
        var names = new HashSet<string>(StringComparer.Ordinal);
        writer.WriteStartObject();
        foreach (var member in members)
        {
            var place = path.Member(member.Name);
            if (!names.Add(member.Name))
            {
                isGood = false;
                context.Report(
                    place, member.Line, $"'{ValueText.Clean(member.Name)}' is set twice; remove one of the two.");
                continue;
            }

            writer.WritePropertyName(member.Name);
            isGood &= TryWrite(member.Value, place, context, writer);
        }

        writer.WriteEndObject();
        return isGood;
    }

    private static bool TryWriteText(
        TextSyntax syntax, SettingsPath path, BindingContext context, Utf8JsonWriter writer)
    {
        var resolved = context.References.Resolve(syntax.Text, isSecret: false);
        if (resolved.Text is null)
        {
            context.Report(path, syntax.Line, resolved.Problem ?? throw new UnreachableException());
            return false;
        }

        writer.WriteStringValue(resolved.Text);
        return true;
    }
}
