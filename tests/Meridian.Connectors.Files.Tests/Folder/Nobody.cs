using System.Runtime.InteropServices;

namespace Meridian.Connectors.Files.Tests.Folder;

/// <summary>
/// Does something with the rights of a user who has none; who runs the tests may be allowed everything.
/// </summary>
internal static partial class Nobody
{
    private const uint UserId = 65_534;

    /// <summary>Runs it on this thread, to which the change is limited.</summary>
    public static T Run<T>(Func<T> act)
    {
        var before = SetFileUser(UserId);
        try
        {
            return act();
        }
        finally
        {
            _ = SetFileUser((uint)before);
        }
    }

    [LibraryImport("libc", EntryPoint = "setfsuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetFileUser(uint userId);
}
