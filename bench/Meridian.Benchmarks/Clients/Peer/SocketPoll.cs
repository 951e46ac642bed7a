using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Meridian.Benchmarks.Clients.Peer;

/// <summary>
/// Waits until one socket can be read or written, whichever is first: what <see cref="Socket.Poll(int, SelectMode)"/>
/// cannot, and <see cref="Socket.Select(System.Collections.IList, System.Collections.IList, System.Collections.IList,
/// int)"/> only at several times the cost.
/// </summary>
internal sealed class SocketPoll(Socket socket)
{
    private const short Readable = 1;
    private const short Writable = 4;

    private readonly int _descriptor = socket.Handle.ToInt32();

    /// <summary>Waits, at most so long. Errors and interruptions end the wait too.</summary>
    public void Wait(bool forRead, bool forWrite, int milliseconds)
    {
        var entry = new Entry
        {
            Descriptor = _descriptor,
            Asked = (short)((forRead ? Readable : 0) | (forWrite ? Writable : 0)),
        };
        _ = Poll(ref entry, 1, milliseconds);
    }

    [DllImport("libc", EntryPoint = "poll")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [SuppressMessage(
        "Interoperability",
        "SYSLIB1054:Use LibraryImport",
        Justification = "Generated marshalling needs unsafe code; one small structure needs no marshalling.")]
    private static extern int Poll(ref Entry entry, nuint count, int milliseconds);

    // struct pollfd
    [StructLayout(LayoutKind.Sequential)]
    private struct Entry
    {
        public int Descriptor;
        public short Asked;
        public short Found;
    }
}
