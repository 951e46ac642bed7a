using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Meridian.Sdk.Settings;

namespace Meridian.Formats.Templates;

/// <summary>
/// A compiled template of a payload or a body, as a user writes it in the settings: a text is a
/// <see cref="TextTemplate"/>, an object or a list is JSON whose texts and names are such templates.
/// </summary>
/// <remarks>
/// <para>
/// In JSON what is filled in is escaped. A text that is <c>{value}</c> alone becomes the value in its own type: numbers
/// and booleans, none as <c>null</c>, JSON as it is, bytes in base64; one that is <c>{timestamp:unixMilliseconds}</c>
/// or its like alone becomes that number. Numbers, booleans and <c>null</c> of the template stay what they are.
/// </para>
/// <para>One thread at a time; in steady state nothing is allocated.</para>
/// </remarks>
public sealed class PayloadTemplate : IDisposable
{
    private readonly TextTemplate? _text;
    private readonly JsonTemplate? _json;

    private PayloadTemplate(TextTemplate? text, JsonTemplate? json, TemplatePlaceholders used)
    {
        _text = text;
        _json = json;
        Used = used;
    }

    /// <summary>Whether it gives JSON; a text is whatever its user makes of it.</summary>
    public bool IsJson => _json is not null;

    /// <summary>The placeholders that the template has.</summary>
    public TemplatePlaceholders Used { get; }

    /// <summary>Compiles a template.</summary>
    /// <param name="payload">The template.</param>
    /// <param name="path">Where it stands, such as <c>settings.payload</c>.</param>
    /// <param name="allowed">The placeholders that can be filled here.</param>
    /// <param name="template">The compiled template; null when there are problems.</param>
    /// <param name="problems">Everything that is wrong, each with its place; empty when nothing is.</param>
    /// <returns>Whether it could be compiled.</returns>
    public static bool TryCompile(
        FreeJson payload,
        string path,
        TemplatePlaceholders allowed,
        [NotNullWhen(true)] out PayloadTemplate? template,
        out IReadOnlyList<SettingsProblem> problems)
    {
        using var document = JsonDocument.Parse(payload.Json);
        var root = document.RootElement;
        if (root.ValueKind == JsonValueKind.String)
        {
            var text = root.GetString() ?? string.Empty;
            var isGood = TextTemplate.TryCompile(text, allowed, out var compiled, out var mistakes) && text.Length > 0;
            problems = text.Length == 0
                ? [new SettingsProblem(path, "The template is empty; write a text such as {value}, or an object.")]
                : [.. mistakes.Select(mistake => new SettingsProblem(path, mistake))];
            template = isGood && compiled is not null ? new PayloadTemplate(compiled, null, compiled.Used) : null;
            return template is not null;
        }

        var compiler = new JsonTemplateCompiler(allowed);
        var parts = compiler.Compile(root, path);
        problems = compiler.Problems;
        template = problems.Count == 0 ? new PayloadTemplate(null, new JsonTemplate(parts), compiler.Used) : null;
        return template is not null;
    }

    /// <summary>Writes the filled template in UTF-8.</summary>
    /// <param name="arguments">What to fill in.</param>
    /// <param name="output">Where to.</param>
    public void Render(in TemplateArguments arguments, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        _text?.Render(arguments, output);
        _json?.Render(arguments, output);
    }

    /// <inheritdoc/>
    public void Dispose() => _json?.Dispose();
}
