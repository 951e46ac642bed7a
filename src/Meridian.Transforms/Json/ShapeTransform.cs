using System.Text;
using System.Text.Json;
using Meridian.Formats.Json;
using Meridian.Sdk.Readings;
using Meridian.Sdk.Settings;
using Meridian.Transforms.Naming;

namespace Meridian.Transforms.Json;

/// <summary>Makes a JSON value out of what a reading has, by an output template.</summary>
internal sealed class ShapeTransform(ShapeSettings settings) : ITransform
{
    /// <summary>As deep as JSON is read.</summary>
    private const int MaxDepth = 64;

    private readonly ShapeNode _root = Compile(settings);
    private readonly JsonBuffer _json = new();
    private readonly StringBuilder _text = new();

    /// <summary>What is wrong with settings.</summary>
    public static IEnumerable<SettingsProblem> Check(ShapeSettings settings)
    {
        if (settings.Fields is not { Count: > 0 })
        {
            yield return new SettingsProblem("fields", "'fields' is empty; write at least one name and template.");
            yield break;
        }

        var root = new ShapeNode(string.Empty, null);
        var literal = ReadingTemplate.Compile("-", TemplateFields.None, "/");
        foreach (var (name, text) in settings.Fields)
        {
            // An empty text is a value like any other; only the template's own mistakes count.
            var problems = ReadingTemplate.Check(
                $"fields.{name}", text is "" ? "-" : text, TemplateFields.Reading, settings.Separator);
            foreach (var problem in problems)
            {
                yield return problem;
            }

            if (!root.TryAdd(name, literal, out var objection))
            {
                yield return new SettingsProblem(
                    $"fields.{name}", $"The field '{name}' {objection}; rename one of the two.");
            }
            else if (name.Count('.') >= MaxDepth)
            {
                yield return new SettingsProblem(
                    $"fields.{name}", $"The field '{name}' lies deeper than {MaxDepth} objects; use fewer dots.");
            }
        }
    }

    /// <inheritdoc/>
    public void Apply(in TransformEntry entry, TransformLink link)
    {
        var writer = _json.Begin();
        WriteObject(_root, entry, writer);
        link.Pass(entry with { Reading = entry.Reading with { Value = ReadingValue.FromJson(_json.End()) } });
    }

    private static ShapeNode Compile(ShapeSettings settings)
    {
        var root = new ShapeNode(string.Empty, null);
        foreach (var (name, text) in settings.Fields)
        {
            var template = ReadingTemplate.Compile(text, TemplateFields.Reading, settings.Separator);
            if (!root.TryAdd(name, template, out var objection))
            {
                throw new ArgumentException($"The field '{name}' {objection}.", nameof(settings));
            }
        }

        return root;
    }

    private void WriteObject(ShapeNode node, in TransformEntry entry, Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        foreach (var field in node.Inside)
        {
            writer.WritePropertyName(field.Name);
            if (field.Value is null)
            {
                WriteObject(field, entry, writer);
            }
            else
            {
                WriteField(field.Value, entry, writer);
            }
        }

        writer.WriteEndObject();
    }

    private void WriteField(ReadingTemplate template, in TransformEntry entry, Utf8JsonWriter writer)
    {
        switch (template.Alone)
        {
            case TemplateFields.Value:
                ReadingJsonValue.Write(entry.Reading.Value, writer);
                break;
            case TemplateFields.Group when entry.Group is null:
                writer.WriteNullValue();
                break;
            default:
                _text.Clear();
                template.Render(_text, entry);
                writer.WriteStringValue(_text.ToString());
                break;
        }
    }
}
