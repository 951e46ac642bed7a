using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Meridian.Sdk.Settings;

namespace Meridian.Formats.Templates;

/// <summary>Makes a <see cref="JsonTemplate"/> of a JSON document and finds everything that is wrong with it.</summary>
internal sealed class JsonTemplateCompiler(TemplatePlaceholders allowed)
{
    private readonly ArrayBufferWriter<byte> _literal = new();
    private readonly List<JsonTemplatePart> _parts = [];
    private readonly List<SettingsProblem> _problems = [];

    public IReadOnlyList<SettingsProblem> Problems => _problems;

    /// <summary>The placeholders that the document has.</summary>
    public TemplatePlaceholders Used { get; private set; }

    public JsonTemplatePart[] Compile(JsonElement document, string path)
    {
        Add(document, path);
        FlushLiteral();
        return [.. _parts];
    }

    private void Add(JsonElement element, string path)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                AddObject(element, path);
                break;
            case JsonValueKind.Array:
                _literal.Write("["u8);
                var index = 0;
                foreach (var entry in element.EnumerateArray())
                {
                    _literal.Write(index > 0 ? ","u8 : []);
                    Add(entry, string.Create(CultureInfo.InvariantCulture, $"{path}[{index++}]"));
                }

                _literal.Write("]"u8);
                break;
            case JsonValueKind.String:
                AddText(element.GetString() ?? string.Empty, path, isName: false);
                break;
            default:
                _literal.Write(Encoding.UTF8.GetBytes(element.GetRawText()));
                break;
        }
    }

    private void AddObject(JsonElement element, string path)
    {
        _literal.Write("{"u8);
        var isFirst = true;
        foreach (var member in element.EnumerateObject())
        {
            _literal.Write(isFirst ? [] : ","u8);
            isFirst = false;
            AddText(member.Name, $"{path}.{member.Name}", isName: true);
            _literal.Write(":"u8);
            Add(member.Value, $"{path}.{member.Name}");
        }

        _literal.Write("}"u8);
    }

    private void AddText(string text, string path, bool isName)
    {
        if (!TextTemplate.TryCompile(text, allowed, out var template, out var problems))
        {
            _problems.AddRange(problems.Select(problem => new SettingsProblem(path, problem)));
            return;
        }

        Used |= template.Used;
        if (template.Used == TemplatePlaceholders.None)
        {
            // Doubled braces have become single ones.
            _literal.Write("\""u8);
            _literal.Write(JsonEncodedText
                .Encode(template.Render(default), JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes);
            _literal.Write("\""u8);
            return;
        }

        FlushLiteral();
        _parts.Add(new JsonTemplatePart([], template)
        {
            IsTyped = !isName && template.Alone is { Placeholder: TemplatePlaceholders.Value },
            IsNumber = !isName && template.Alone is { Time.IsNumber: true },
        });
    }

    private void FlushLiteral()
    {
        if (_literal.WrittenCount > 0)
        {
            _parts.Add(new JsonTemplatePart(_literal.WrittenSpan.ToArray(), null));
            _literal.ResetWrittenCount();
        }
    }
}
