using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Meridian.Configuration.Json;

namespace Meridian.Configuration.Edits;

/// <summary>
/// What must change in a file so that a value becomes another: as little as can be, so that comments, order and layout
/// of all else stay the user's.
/// </summary>
internal static class SyntaxDifference
{
    private const string NameProperty = "name";

    /// <summary>Compares.</summary>
    /// <param name="syntax">The value as it is written.</param>
    /// <param name="next">What it shall be.</param>
    public static SyntaxChange Between(JsonSyntax syntax, JsonNode? next) => (syntax, next) switch
    {
        (ObjectSyntax before, JsonObject after) => OfObject(before, after),
        (ListSyntax before, JsonArray after) => OfList(before, after),
        _ => AreEqual(syntax, next) ? SyntaxChange.Keep : new ReplaceChange(next),
    };

    private static SyntaxChange OfObject(ObjectSyntax before, JsonObject after)
    {
        var entries = new List<EntryChange>(after.Count);
        for (var i = 0; i < before.Members.Count; i++)
        {
            var member = before.Members[i];
            if (after.TryGetPropertyValue(member.Name, out var value))
            {
                entries.Add(new EntryChange(i, Name: null, Between(member.Value, value)));
            }
        }

        foreach (var (name, value) in after)
        {
            if (before.Find(name) is null)
            {
                entries.Add(new EntryChange(-1, name, new ReplaceChange(value)));
            }
        }

        return Of(entries, before.Members.Count);
    }

    private static SyntaxChange OfList(ListSyntax before, JsonArray after)
    {
        var match = Match(before, after);
        var entries = new List<EntryChange>(after.Count);
        for (var i = 0; i < after.Count; i++)
        {
            entries.Add(match[i] is >= 0 and var source
                ? new EntryChange(source, Name: null, Between(before.Elements[source], after[i]))
                : new EntryChange(-1, Name: null, new ReplaceChange(after[i])));
        }

        return Of(entries, before.Elements.Count);
    }

    private static SyntaxChange Of(List<EntryChange> entries, int countBefore)
    {
        var isSame = entries.Count == countBefore;
        for (var i = 0; i < entries.Count && isSame; i++)
        {
            isSame = entries[i].Source == i && ReferenceEquals(entries[i].Change, SyntaxChange.Keep);
        }

        return isSame ? SyntaxChange.Keep : new EntriesChange(entries);
    }

    /// <summary>For each element that shall be, which one of the file it was; -1 for none.</summary>
    private static int[] Match(ListSyntax before, JsonArray after)
    {
        var match = new int[after.Count];
        Array.Fill(match, -1);
        var free = new HashSet<int>(Enumerable.Range(0, before.Elements.Count));
        if (NamesOf(before) is { } names && NamesOf(after) is { } wanted)
        {
            for (var i = 0; i < match.Length; i++)
            {
                if (names.TryGetValue(wanted[i], out var source))
                {
                    match[i] = source;
                    free.Remove(source);
                }
            }

            // Renamed where it stands is the same one, all the more when nothing else was added or removed.
            return before.Elements.Count == after.Count ? MatchPlaces(before, after, match, free) : match;
        }

        var from = 0;
        for (var i = 0; i < match.Length; i++)
        {
            for (var source = from; source < before.Elements.Count; source++)
            {
                if (AreEqual(before.Elements[source], after[i]))
                {
                    match[i] = source;
                    free.Remove(source);
                    from = source + 1;
                    break;
                }
            }
        }

        return MatchPlaces(before, after, match, free);
    }

    private static int[] MatchPlaces(ListSyntax before, JsonArray after, int[] match, HashSet<int> free)
    {
        for (var i = 0; i < match.Length; i++)
        {
            if (match[i] < 0 && free.Contains(i) && IsSameKind(before.Elements[i], after[i]))
            {
                match[i] = i;
                free.Remove(i);
            }
        }

        return match;
    }

    private static bool IsSameKind(JsonSyntax syntax, JsonNode? node) =>
        (syntax, node) is (ObjectSyntax, JsonObject) or (ListSyntax, JsonArray)
        || (syntax is not (ObjectSyntax or ListSyntax) && node is null or JsonValue);

    private static Dictionary<string, int>? NamesOf(ListSyntax list)
    {
        var names = new Dictionary<string, int>(list.Elements.Count, StringComparer.Ordinal);
        for (var i = 0; i < list.Elements.Count; i++)
        {
            if ((list.Elements[i] as ObjectSyntax)?.Find(NameProperty) is not TextSyntax { Text: var name }
                || !names.TryAdd(name, i))
            {
                return null;
            }
        }

        return names;
    }

    private static List<string>? NamesOf(JsonArray list)
    {
        var names = new List<string>(list.Count);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var element in list)
        {
            if ((element as JsonObject)?[NameProperty] is not JsonValue value
                || value.GetValueKind() != JsonValueKind.String
                || !seen.Add(value.GetValue<string>()))
            {
                return null;
            }

            names.Add(value.GetValue<string>());
        }

        return names;
    }

    private static bool AreEqual(JsonSyntax syntax, JsonNode? node) => (syntax, node) switch
    {
        (NullSyntax, null) => true,
        (_, null) => false,
        (ObjectSyntax left, JsonObject right) => left.Members.Count == right.Count && left.Members.All(
            member => right.TryGetPropertyValue(member.Name, out var value) && AreEqual(member.Value, value)),
        (ListSyntax left, JsonArray right) => left.Elements.Count == right.Count
            && left.Elements.Zip(right).All(static pair => AreEqual(pair.First, pair.Second)),
        (TextSyntax { Text: var text }, JsonValue value) => value.GetValueKind() == JsonValueKind.String
            && string.Equals(value.GetValue<string>(), text, StringComparison.Ordinal),
        (NumberSyntax { Digits: var digits }, JsonValue value) => value.GetValueKind() == JsonValueKind.Number
            && AreEqualNumbers(digits, value.ToJsonString()),
        (BooleanSyntax { IsTrue: true }, JsonValue value) => value.GetValueKind() == JsonValueKind.True,
        (BooleanSyntax, JsonValue value) => value.GetValueKind() == JsonValueKind.False,
        _ => false,
    };

    // 1.0, 1e0 and 1 are one number; who wrote it keeps the way it is written.
    private static bool AreEqualNumbers(string left, string right) =>
        string.Equals(left, right, StringComparison.Ordinal)
        || (decimal.TryParse(left, NumberStyles.Float, CultureInfo.InvariantCulture, out var a)
            && decimal.TryParse(right, NumberStyles.Float, CultureInfo.InvariantCulture, out var b)
            && a == b);
}
