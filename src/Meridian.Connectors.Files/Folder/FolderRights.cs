using System.Runtime.InteropServices;

namespace Meridian.Connectors.Files.Folder;

/// <summary>What the gateway may do in a folder, asked without touching it.</summary>
internal static partial class FolderRights
{
    private const int WriteAndEnter = 2 | 1;

    /// <summary>Whether names in it may be made and removed. On Windows nothing is known before it is tried.</summary>
    public static bool MayWrite(string folder) => OperatingSystem.IsWindows() || Access(folder, WriteAndEnter) == 0;

    [LibraryImport("libc", EntryPoint = "access", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Access(string path, int mode);
}
