using System.Collections.Frozen;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Xml;
using System.Xml.Linq;

namespace Meridian.Configuration.Documentation;

/// <summary>
/// The XML documentation that the compiler writes beside an assembly, ours or a plug-in's. It is read when somebody
/// wants words, never to run; where it is missing everything works, without the words.
/// </summary>
/// <remarks>Immutable; any thread.</remarks>
internal sealed class DocumentationFile
{
    // Weak: an assembly of a plug-in can still be unloaded.
    private static readonly ConditionalWeakTable<Assembly, DocumentationFile> Cache = [];

    private readonly FrozenDictionary<string, XElement> _members;

    private DocumentationFile(FrozenDictionary<string, XElement> members, string? problem)
    {
        _members = members;
        Problem = problem;
    }

    /// <summary>Why there are no words, a whole sentence; null when the file was read.</summary>
    public string? Problem { get; }

    /// <summary>The documentation of an assembly; read once and kept.</summary>
    public static DocumentationFile Of(Assembly assembly) =>
        Cache.GetValue(assembly, static assembly => Read(PathOf(assembly)));

    /// <summary>Reads a file.</summary>
    public static DocumentationFile Read(string path)
    {
        try
        {
            using var reader = XmlReader.Create(path);
            var members = XDocument.Load(reader).Descendants("member")
                .GroupBy(member => (string?)member.Attribute("name") ?? string.Empty, StringComparer.Ordinal)
                .ToFrozenDictionary(group => group.Key, group => group.First(), StringComparer.Ordinal);
            return new DocumentationFile(members, problem: null);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return Empty($"There are no descriptions, since '{path}' is missing; build with "
                + "GenerateDocumentationFile and put the file beside the assembly.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or XmlException)
        {
            return Empty($"There are no descriptions, since '{path}' cannot be read: {exception.Message}");
        }
    }

    /// <summary>The documentation of a member; null when there is none.</summary>
    /// <param name="id">The member's id, such as <c>P:Namespace.Type.Property</c>.</param>
    public XElement? Find(string id) => _members.GetValueOrDefault(id);

    private static DocumentationFile Empty(string problem) =>
        new(FrozenDictionary<string, XElement>.Empty, problem);

    // An assembly within a single file has no place of its own; its documentation lies beside that file.
    private static string PathOf(Assembly assembly) => assembly.Location.Length > 0
        ? Path.ChangeExtension(assembly.Location, ".xml")
        : Path.Combine(AppContext.BaseDirectory, $"{assembly.GetName().Name}.xml");
}
