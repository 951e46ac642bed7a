using Meridian.Configuration.Binding;
using Meridian.Configuration.Json;
using Meridian.Configuration.Shapes;
using Meridian.Sdk;
using Meridian.Sdk.South;

namespace Meridian.Configuration.Sections;

/// <summary>
/// Reads the items of one South. An item is one flat object: what belongs to every item, and beside it what its South's
/// type
/// wants to know.
/// </summary>
internal sealed class ItemReader(SouthManifest manifest, BindingContext context)
{
    private static readonly SettingsShape HeaderShape = SettingsShape.Of(typeof(ItemSection));

    private readonly SettingsShape _shape = SettingsShape.Of(manifest.ItemSettingsType);

    private readonly ConnectorNames _names =
        new(StringComparer.Ordinal, "names of items are unique within their South.");

    /// <summary>The names in an item's object that no connector may use for its own.</summary>
    /// <remarks><c>enabled</c> and <c>schedule</c> are kept for items that come with them later.</remarks>
    public static IReadOnlyList<string> ReservedNames { get; } = ["name", "enabled", "schedule"];

    /// <summary>Reads the list; none is an empty one.</summary>
    public BoundItems Read(ListSyntax? list, SettingsPath path)
    {
        var elements = list?.Elements ?? [];
        var items = new List<Item>(elements.Count);
        var indexes = new List<int>(elements.Count);
        for (var index = 0; index < elements.Count; index++)
        {
            var place = path.Element(index);
            if (ObjectIn.List(elements[index], place, context) is { } syntax && ReadItem(syntax, place) is { } item)
            {
                items.Add(item);
                indexes.Add(index);
            }
        }

        return new BoundItems(items, indexes, items.Count == elements.Count);
    }

    private Item? ReadItem(ObjectSyntax syntax, SettingsPath path)
    {
        var (header, others) = Split(syntax);
        var bound = SettingsBinder.BindProperties(HeaderShape, header, path, context, []);
        var settings = SettingsBinder
            .BindProperties(_shape, others, path, context, HeaderShape.Names)
            .Construct(path, context);
        return bound.Get<string>("name") is { } name
            && _names.Take(name, syntax, path, context)
            && !bound.HasProblems
            && settings is not null
            ? new Item(name, settings)
            : null;
    }

    private static (ObjectSyntax Header, ObjectSyntax Settings) Split(ObjectSyntax syntax)
    {
        var header = new List<MemberSyntax>(HeaderShape.Names.Count);
        var rest = new List<MemberSyntax>(syntax.Members.Count);
        foreach (var member in syntax.Members)
        {
            (HeaderShape.Find(member.Name) is null ? rest : header).Add(member);
        }

        return (new ObjectSyntax(syntax.Line, header), new ObjectSyntax(syntax.Line, rest));
    }
}
