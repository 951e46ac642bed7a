namespace Meridian.Configuration.References;

/// <summary>Reads a file that is small by its nature, and stops where it turns out not to be.</summary>
internal static class BoundedFile
{
    /// <summary>Reads all bytes.</summary>
    /// <exception cref="IOException">The file is missing, cannot be read or has more bytes than allowed.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static byte[] ReadAll(string path, int maxBytes)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var content = new MemoryStream();
        var buffer = new byte[64 << 10];

        // A device or pipe has no length to look at beforehand, so the limit is kept while reading.
        for (var read = file.Read(buffer); read > 0; read = file.Read(buffer))
        {
            content.Write(buffer, 0, read);
            if (content.Length > maxBytes)
            {
                throw new IOException($"The file '{path}' is larger than {maxBytes} bytes, the most that is read.");
            }
        }

        return content.ToArray();
    }
}
