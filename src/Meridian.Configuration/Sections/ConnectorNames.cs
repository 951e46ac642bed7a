using Meridian.Configuration.Binding;
using Meridian.Configuration.Json;

namespace Meridian.Configuration.Sections;

/// <summary>The names given so far on one side or in one South; each may be given once.</summary>
/// <param name="comparer">What counts as the same name.</param>
/// <param name="rule">The rule as a sentence for the user.</param>
internal sealed class ConnectorNames(StringComparer comparer, string rule)
{
    private readonly Dictionary<string, (string Name, SettingsPath Path, int Line)> _given = new(comparer);

    /// <summary>The names, as they were written.</summary>
    public IReadOnlyCollection<string> All => [.. _given.Values.Select(given => given.Name)];

    /// <summary>Takes a name.</summary>
    /// <returns>Whether it was free; if not, that is reported.</returns>
    public bool Take(string name, ObjectSyntax owner, SettingsPath ownerPath, BindingContext context)
    {
        var line = SyntaxLocator.FindMemberLine(owner, "name");
        if (_given.TryAdd(name, (name, ownerPath, line)))
        {
            return true;
        }

        var first = _given[name];
        var file = string.Equals(first.Path.File, ownerPath.File, StringComparison.Ordinal)
            ? string.Empty
            : first.Path.File.Length == 0 ? " of the main file" : $" of {first.Path.File}";
        context.Report(
            ownerPath.Member("name"),
            line,
            $"'name' is \"{name}\", which {first.Path} in line {first.Line}{file} has already; {rule}");
        return false;
    }

    /// <summary>Finds a name as it was written first; null when nobody has it.</summary>
    public string? Find(string name) => _given.TryGetValue(name, out var given) ? given.Name : null;
}
