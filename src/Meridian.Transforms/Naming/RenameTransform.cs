using Meridian.Sdk.Settings;

namespace Meridian.Transforms.Naming;

/// <summary>Gives points new names by a template. Touches nothing but the name.</summary>
internal sealed class RenameTransform(RenameSettings settings) : ITransform
{
    private readonly NameMemory _names =
        new(ReadingTemplate.Compile(settings.To, TemplateFields.Name, settings.Separator));

    /// <summary>What is wrong with settings.</summary>
    public static IEnumerable<SettingsProblem> Check(RenameSettings settings) =>
        ReadingTemplate.Check("to", settings.To, TemplateFields.Name, settings.Separator);

    /// <inheritdoc/>
    public void Apply(in TransformEntry entry, TransformLink link) =>
        link.Pass(entry with { Reading = entry.Reading with { Point = _names.NameOf(entry) } });
}
