using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text;

namespace Meridian.Benchmarks.Journal;

/// <summary>SQLite's own C interface, with prepared statements: nothing of a library of ours between it and the
/// disk.</summary>
internal sealed partial class Sqlite : IDisposable
{
    private const string Library = "libsqlite3.so.0";
    private const int Row = 100;
    private const int Done = 101;

    private readonly nint _database;

    /// <summary>Opens a database with WAL and synchronous FULL.</summary>
    public Sqlite(string path)
    {
        Check(Open(path, out _database));
        Execute("PRAGMA journal_mode=WAL");
        Execute("PRAGMA synchronous=FULL");
    }

    /// <summary>Runs a statement without results.</summary>
    public void Execute(string sql) => Check(Exec(_database, sql, 0, 0, 0));

    /// <summary>Prepares a statement.</summary>
    public Statement Prepare(string sql)
    {
        Check(Prepare(_database, sql, -1, out var statement, 0));
        return new Statement(statement);
    }

    public void Dispose() => _ = Close(_database);

    private static void Check(int code)
    {
        if (code is not (0 or Row or Done))
        {
            throw new InvalidOperationException($"SQLite says {code}.");
        }
    }

    [LibraryImport(Library, EntryPoint = "sqlite3_open", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, out nint database);

    [LibraryImport(Library, EntryPoint = "sqlite3_close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Close(nint database);

    [LibraryImport(Library, EntryPoint = "sqlite3_exec", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Exec(nint database, string sql, nint callback, nint argument, nint error);

    [LibraryImport(Library, EntryPoint = "sqlite3_prepare_v2", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Prepare(nint database, string sql, int length, out nint statement, nint tail);

    [LibraryImport(Library, EntryPoint = "sqlite3_step")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Step(nint statement);

    [LibraryImport(Library, EntryPoint = "sqlite3_reset")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Reset(nint statement);

    [LibraryImport(Library, EntryPoint = "sqlite3_finalize")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Free(nint statement);

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_int64")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int BindLong(nint statement, int index, long value);

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_double")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int BindReal(nint statement, int index, double value);

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_text")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int BindText(nint statement, int index, ReadOnlySpan<byte> value, int length, nint free);

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_blob")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int BindBlob(nint statement, int index, ReadOnlySpan<byte> value, int length, nint free);

    /// <summary>A prepared statement.</summary>
    [SuppressMessage("Design", "CA1034", Justification = "It is nothing without its database.")]
    internal sealed class Statement(nint handle) : IDisposable
    {
        private const nint Transient = -1;

        private readonly byte[] _text = new byte[1024];

        public void Bind(int index, long value) => Check(BindLong(handle, index, value));

        public void Bind(int index, double value) => Check(BindReal(handle, index, value));

        public void Bind(int index, string value)
        {
            var length = Encoding.UTF8.GetBytes(value, _text);
            Check(BindText(handle, index, _text, length, Transient));
        }

        public void Bind(int index, ReadOnlySpan<byte> value)
            => Check(BindBlob(handle, index, value, value.Length, Transient));

        public void Run()
        {
            Check(Step(handle));
            Check(Reset(handle));
        }

        public void Dispose() => _ = Free(handle);
    }
}
