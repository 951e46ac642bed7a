using System.Reflection;
using System.Runtime.InteropServices;
using Meridian.Sdk.Faults;
using SQLitePCL;

namespace Meridian.Connectors.Sqlite;

/// <summary>The native SQLite: the system's own, found once per process.</summary>
internal static class SqliteLibrary
{
    private static readonly Lock Once = new();
    private static bool _isFound;

    /// <summary>Its names on Linux, macOS and Windows; the last is what a package would bring.</summary>
    private static readonly string[] Names =
        ["libsqlite3.so.0", "libsqlite3.dylib", "winsqlite3.dll", "e_sqlite3"];

    /// <summary>Finds it.</summary>
    /// <exception cref="ConnectorException">It is not there.</exception>
    public static void Require()
    {
        lock (Once)
        {
            if (_isFound)
            {
                return;
            }

            if (!Names.Any(static name => NativeLibrary.TryLoad(name, out _)))
            {
                throw new ConnectorException(
                    Fault.Misconfigured,
                    "SQLite is not installed on this machine: libsqlite3.so.0 was not found. Install the package "
                    + "libsqlite3-0 (Debian) or sqlite-libs (Red Hat) and start the gateway again.");
            }

            NativeLibrary.SetDllImportResolver(typeof(SQLite3Provider_e_sqlite3).Assembly, Resolve);
            raw.SetProvider(new SQLite3Provider_e_sqlite3());
            _isFound = true;
        }
    }

    private static nint Resolve(string library, Assembly assembly, DllImportSearchPath? path)
    {
        if (string.Equals(library, "e_sqlite3", StringComparison.Ordinal))
        {
            foreach (var name in Names)
            {
                if (NativeLibrary.TryLoad(name, out var found))
                {
                    return found;
                }
            }
        }

        return 0;
    }
}
