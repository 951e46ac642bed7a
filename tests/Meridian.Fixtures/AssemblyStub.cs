using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Meridian.Fixtures;

/// <summary>An assembly with nothing in it but what it says it was built with.</summary>
public static class AssemblyStub
{
    /// <summary>Writes one.</summary>
    /// <param name="path">Where to; its name is the assembly's.</param>
    /// <param name="references">What it was built with.</param>
    public static void Write(string path, params AssemblyName[] references)
    {
        var name = Path.GetFileNameWithoutExtension(path);
        var metadata = new MetadataBuilder();
        metadata.AddModule(
            generation: 0,
            metadata.GetOrAddString($"{name}.dll"),
            metadata.GetOrAddGuid(Guid.Parse("5f0d5c0b-6d0c-4f6e-9d8a-1c1f6f0c0d01")),
            encId: default,
            encBaseId: default);
        metadata.AddAssembly(
            metadata.GetOrAddString(name),
            new Version(1, 0, 0, 0),
            culture: default,
            publicKey: default,
            flags: default,
            AssemblyHashAlgorithm.Sha1);
        foreach (var reference in references)
        {
            metadata.AddAssemblyReference(
                metadata.GetOrAddString(reference.Name ?? string.Empty),
                reference.Version ?? new Version(0, 0, 0, 0),
                culture: default,
                publicKeyOrToken: default,
                flags: default,
                hashValue: default);
        }

        // Every module has this one: what belongs to no type.
        metadata.AddTypeDefinition(
            attributes: default,
            @namespace: default,
            metadata.GetOrAddString("<Module>"),
            baseType: default,
            MetadataTokens.FieldDefinitionHandle(1),
            MetadataTokens.MethodDefinitionHandle(1));
        var image = new BlobBuilder();
        _ = new ManagedPEBuilder(
            PEHeaderBuilder.CreateLibraryHeader(), new MetadataRootBuilder(metadata), ilStream: new BlobBuilder())
            .Serialize(image);
        Directory.CreateDirectory(Path.GetDirectoryName(path) ?? ".");
        File.WriteAllBytes(path, image.ToArray());
    }
}
