using System.Text.Json.Nodes;
using Meridian.Configuration.Files;
using Meridian.Configuration.Json;
using Meridian.Configuration.References;
using Meridian.Configuration.Words;

namespace Meridian.Configuration.Edits;

/// <summary>
/// Applies changes to the files of a configuration. What does not change stays as it is written, comments included;
/// whether the outcome is valid, its reader says.
/// </summary>
/// <remarks>Stateless; any thread.</remarks>
public static class ConfigurationEditor
{
    private const string Souths = "souths";
    private const string Items = "items";
    private const string Name = "name";

    /// <summary>Applies changes, one after the other, in memory.</summary>
    /// <param name="source">The files; each must be JSON.</param>
    /// <param name="edits">The changes.</param>
    /// <param name="environment">Where references lead in the names of included files.</param>
    /// <returns>The files then; those that did not change are the very same instances.</returns>
    /// <exception cref="ConfigurationEditException">A change names what is not there.</exception>
    public static ConfigurationSource Apply(
        ConfigurationSource source, IReadOnlyList<ConfigurationEdit> edits, IConfigurationEnvironment environment)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(edits);
        foreach (var edit in edits)
        {
            var (file, change) = edit switch
            {
                PutGateway put => (source.Main, PutMember(RootOf(source.Main), "gateway", put.Value)),
                PutEntry put => Put(source, put),
                RemoveEntry remove => Remove(source, remove),
                PutItems put => Put(source, put),
                RemoveItems remove => Remove(source, remove),
                _ => throw new ArgumentException($"'{edit}' is no change that is known.", nameof(edits)),
            };
            var text = ReferenceEquals(change, SyntaxChange.Keep) ? file.Utf8 : Rewrite(file, change);
            if (!text.Span.SequenceEqual(file.Utf8.Span))
            {
                source = source.With(
                    new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal) { [file.Name] = text },
                    environment);
            }
        }

        return source;
    }

    private static byte[] Rewrite(ConfigurationFile file, SyntaxChange change)
    {
        var mark = file.Utf8.Span.StartsWith("\uFEFF"u8) ? 3 : 0;
        var text = SyntaxRewriter.Rewrite(file.Utf8[mark..], RootOf(file), change);
        return mark == 0 ? text : [.. file.Utf8.Span[..mark], .. text];
    }

    private static (ConfigurationFile File, SyntaxChange Change) Put(ConfigurationSource source, PutEntry put)
    {
        var list = ListName(put.List);
        if (Find(source, put.List, put.Name) is { } place)
        {
            var value = put.Value;
            if (put.List == ConfigurationList.Souths && !value.ContainsKey(Items)
                && place.Entry.Find(Items) is { } items)
            {
                value = (JsonObject)value.DeepClone();
                value[Items] = SyntaxNode.Of(items);
            }

            return (place.File, Within(
                place.Root, list, elements => At(elements, place.Index, SyntaxDifference.Between(place.Entry, value))));
        }

        var file = source.Files.FirstOrDefault(one => string.Equals(one.Name, put.File, StringComparison.Ordinal))
            ?? throw new ConfigurationEditException(
                $"The configuration has no file {ValueText.Quote(put.File)}; it has "
                + $"{string.Join(", ", source.Files.Select(static one => one.IsMain ? "the main file" : one.Name))}.");
        return (file, Append(RootOf(file), list, [put.Value]));
    }

    private static (ConfigurationFile File, SyntaxChange Change) Remove(ConfigurationSource source, RemoveEntry remove)
    {
        var place = Find(source, remove.List, remove.Name) ?? throw Missing(source, remove.List, remove.Name);
        return (place.File, Within(
            place.Root,
            ListName(remove.List),
            list => new EntriesChange(
                [.. Kept(((ListSyntax)list).Elements.Count).Where(one => one.Source != place.Index)])));
    }

    private static (ConfigurationFile File, SyntaxChange Change) Put(ConfigurationSource source, PutItems put)
    {
        var place = Find(source, ConfigurationList.Souths, put.South)
            ?? throw Missing(source, ConfigurationList.Souths, put.South);
        var known = (place.Entry.Find(Items) as ListSyntax)?.Elements ?? [];
        var places = PlacesOf(known);
        var entries = Kept(known.Count).ToList();
        foreach (var (name, value) in put.Items)
        {
            if (places.TryGetValue(name, out var index))
            {
                entries[index] = entries[index] with { Change = SyntaxDifference.Between(known[index], value) };
            }
            else
            {
                entries.Add(new EntryChange(-1, Name: null, new ReplaceChange(value)));
            }
        }

        if (entries.TrueForAll(static one => ReferenceEquals(one.Change, SyntaxChange.Keep)))
        {
            return (place.File, SyntaxChange.Keep);
        }

        return (place.File, InSouth(place, south => south.Find(Items) is ListSyntax
            ? Within(south, Items, _ => new EntriesChange(entries))
            : Append(south, Items, [.. put.Items.Select(static one => one.Value)])));
    }

    private static (ConfigurationFile File, SyntaxChange Change) Remove(ConfigurationSource source, RemoveItems remove)
    {
        var place = Find(source, ConfigurationList.Souths, remove.South)
            ?? throw Missing(source, ConfigurationList.Souths, remove.South);
        var known = (place.Entry.Find(Items) as ListSyntax)?.Elements ?? [];
        var places = PlacesOf(known);
        var going = new HashSet<int>();
        foreach (var name in remove.Names)
        {
            going.Add(places.TryGetValue(name, out var index)
                ? index
                : throw new ConfigurationEditException(
                    $"The South {ValueText.Quote(remove.South)} has no item {ValueText.Quote(name)}; "
                    + $"{Suggestion.Hint(name, places.Keys)}."));
        }

        return (place.File, going.Count == 0
            ? SyntaxChange.Keep
            : InSouth(place, south => Within(
                south,
                Items,
                _ => new EntriesChange([.. Kept(known.Count).Where(one => !going.Contains(one.Source))]))));
    }

    private static EntriesChange InSouth(EntryPlace place, Func<ObjectSyntax, EntriesChange> change) =>
        Within(place.Root, Souths, list => At(list, place.Index, change(place.Entry)));

    /// <summary>A change of one property; all others stay.</summary>
    private static EntriesChange Within(ObjectSyntax record, string member, Func<JsonSyntax, SyntaxChange> change)
    {
        var entries = Kept(record.Members.Count);
        for (var i = 0; i < entries.Length; i++)
        {
            if (string.Equals(record.Members[i].Name, member, StringComparison.Ordinal))
            {
                entries[i] = entries[i] with { Change = change(record.Members[i].Value) };
            }
        }

        return new EntriesChange(entries);
    }

    /// <summary>A change of one entry; all others stay.</summary>
    private static EntriesChange At(JsonSyntax list, int index, SyntaxChange change)
    {
        var entries = Kept(((ListSyntax)list).Elements.Count);
        entries[index] = entries[index] with { Change = change };
        return new EntriesChange(entries);
    }

    /// <summary>A property that becomes a value, or is added.</summary>
    private static EntriesChange PutMember(ObjectSyntax record, string member, JsonNode value) =>
        record.Find(member) is not null
            ? Within(record, member, syntax => SyntaxDifference.Between(syntax, value))
            : new EntriesChange(
                [.. Kept(record.Members.Count), new EntryChange(-1, member, new ReplaceChange(value))]);

    /// <summary>A list to which entries are added; it is added where it is not there.</summary>
    private static EntriesChange Append(ObjectSyntax record, string member, IReadOnlyList<JsonObject> values)
    {
        if (record.Find(member) is not ListSyntax)
        {
            return PutMember(record, member, new JsonArray([.. values.Select(static one => one.DeepClone())]));
        }

        return Within(record, member, list => new EntriesChange(
            [
                .. Kept(((ListSyntax)list).Elements.Count),
                .. values.Select(static one => new EntryChange(-1, Name: null, new ReplaceChange(one))),
            ]));
    }

    private static EntryChange[] Kept(int count) =>
        [.. Enumerable.Range(0, count).Select(static i => new EntryChange(i, Name: null, SyntaxChange.Keep))];

    private static EntryPlace? Find(ConfigurationSource source, ConfigurationList list, string name)
    {
        var comparison = list == ConfigurationList.Schedules
            ? StringComparison.Ordinal
            : StringComparison.OrdinalIgnoreCase;
        foreach (var file in source.Files)
        {
            var root = RootOf(file);
            var elements = (root.Find(ListName(list)) as ListSyntax)?.Elements ?? [];
            for (var i = 0; i < elements.Count; i++)
            {
                if (elements[i] is ObjectSyntax entry && string.Equals(NameOf(entry), name, comparison))
                {
                    return new EntryPlace(file, root, i, entry);
                }
            }
        }

        return null;
    }

    private static ConfigurationEditException Missing(
        ConfigurationSource source, ConfigurationList list, string name)
    {
        var known = source.Files
            .SelectMany(file => (RootOf(file).Find(ListName(list)) as ListSyntax)?.Elements ?? [])
            .Select(NameOf)
            .OfType<string>();
        var word = list.ToString()[..^1];
        return new ConfigurationEditException(
            $"There is no {(list == ConfigurationList.Schedules ? "schedule" : word)} {ValueText.Quote(name)}; "
            + $"{Suggestion.Hint(name, [.. known])}.");
    }

    private static Dictionary<string, int> PlacesOf(IReadOnlyList<JsonSyntax> items)
    {
        var places = new Dictionary<string, int>(items.Count, StringComparer.Ordinal);
        for (var i = 0; i < items.Count; i++)
        {
            if (NameOf(items[i]) is { } name)
            {
                places.TryAdd(name, i);
            }
        }

        return places;
    }

    private static string? NameOf(JsonSyntax entry) => ((entry as ObjectSyntax)?.Find(Name) as TextSyntax)?.Text;

    private static string ListName(ConfigurationList list) => list switch
    {
        ConfigurationList.Schedules => "schedules",
        ConfigurationList.Norths => "norths",
        _ => Souths,
    };

    private static ObjectSyntax RootOf(ConfigurationFile file) => file.Syntax as ObjectSyntax
        ?? throw new ConfigurationEditException(
            $"The configuration file '{(file.IsMain ? file.Path : file.Name)}' is no JSON object; mend it by hand "
            + "first.");

    private sealed record EntryPlace(ConfigurationFile File, ObjectSyntax Root, int Index, ObjectSyntax Entry);
}
