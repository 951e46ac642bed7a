using System.Buffers.Binary;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Meridian.Gateway.Tests.Plugins;

/// <summary>Lets an assembly say that it was built with another version of something.</summary>
internal static class AssemblyVersions
{
    /// <summary>Writes another version into a reference.</summary>
    /// <param name="path">The assembly's file.</param>
    /// <param name="reference">The name of what it was built with.</param>
    /// <param name="version">The version.</param>
    public static void Replace(string path, string reference, Version version)
    {
        var bytes = File.ReadAllBytes(path);
        using var image = new PEReader(new MemoryStream(bytes));
        var metadata = image.GetMetadataReader();
        var handle = metadata.AssemblyReferences.Single(
            one => metadata.StringComparer.Equals(metadata.GetAssemblyReference(one).Name, reference));

        // A row begins with the four parts of the version, 16 bits each (ECMA-335 II.22.5).
        var row = image.PEHeaders.MetadataStartOffset
            + metadata.GetTableMetadataOffset(TableIndex.AssemblyRef)
            + ((MetadataTokens.GetRowNumber(handle) - 1) * metadata.GetTableRowSize(TableIndex.AssemblyRef));
        int[] parts = [version.Major, version.Minor, version.Build, version.Revision];
        for (var part = 0; part < parts.Length; part++)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(row + (part * 2)), (ushort)parts[part]);
        }

        File.WriteAllBytes(path, bytes);
    }
}
