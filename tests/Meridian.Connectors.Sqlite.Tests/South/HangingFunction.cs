using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Meridian.Fixtures;

namespace Meridian.Connectors.Sqlite.Tests.South;

/// <summary>
/// A function <c>hang()</c> that each connection of this process has from now on: it blocks the step that calls it, as
/// a page does that a share does not give, and no interrupt ends it. And a function <c>pooled()</c>: 1 where the thread
/// that steps is one of the pool, else 0.
/// </summary>
internal static class HangingFunction
{
    private const int Utf8 = 1;

    // The native library keeps their addresses for the life of the process.
    private static readonly Function Body = Hang;
    private static readonly Function Pooled = TellPooled;
    private static readonly EntryPoint Registering = Register;
    private static readonly nint Library = NativeLibrary.Load("libsqlite3.so.0");
    private static readonly CreateFunction Create = Of<CreateFunction>("sqlite3_create_function");
    private static readonly ResultInteger Result = Of<ResultInteger>("sqlite3_result_int");

    // A thread that is still within waits for the one that it found; they end with the process.
    private static ManualResetEventSlim _released = new();
    private static int _hangingCount;

    static HangingFunction() =>
        Assert.Equal(0, Of<AutoExtension>("sqlite3_auto_extension")(
            Marshal.GetFunctionPointerForDelegate(Registering)));

    private delegate int AutoExtension(nint entryPoint);

    private delegate int EntryPoint(nint connection, nint message, nint api);

    private delegate int CreateFunction(
        nint connection, [MarshalAs(UnmanagedType.LPUTF8Str)] string name, int count, int encoding, nint state,
        nint function, nint step, nint final);

    private delegate void Function(nint context, int count, nint values);

    private delegate void ResultInteger(nint context, int value);

    /// <summary>How many threads hang.</summary>
    public static int HangingCount => Volatile.Read(ref _hangingCount);

    /// <summary>From now on the function hangs until this is disposed.</summary>
    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "Threads use it.")]
    public static IDisposable Arm()
    {
        Volatile.Write(ref _released, new ManualResetEventSlim());
        return new Releasing();
    }

    private static int Register(nint connection, nint message, nint api) =>
        Create(connection, "hang", 0, Utf8, 0, Marshal.GetFunctionPointerForDelegate(Body), 0, 0)
        | Create(connection, "pooled", 0, Utf8, 0, Marshal.GetFunctionPointerForDelegate(Pooled), 0, 0);

    private static void TellPooled(nint context, int count, nint values) =>
        Result(context, Thread.CurrentThread.IsThreadPoolThread ? 1 : 0);

    private static void Hang(nint context, int count, nint values)
    {
        Interlocked.Increment(ref _hangingCount);
        Volatile.Read(ref _released).Wait(2 * Deadline.Default);
        Interlocked.Decrement(ref _hangingCount);
        Result(context, 1);
    }

    private static T Of<T>(string name)
        where T : Delegate => Marshal.GetDelegateForFunctionPointer<T>(NativeLibrary.GetExport(Library, name));

    private sealed class Releasing : IDisposable
    {
        public void Dispose() => Volatile.Read(ref _released).Set();
    }
}
