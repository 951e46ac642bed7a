using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace Meridian.Fixtures;

/// <summary>The signals that tests send to their own children.</summary>
[SuppressMessage("Design", "CA1008:Enums should have zero value", Justification = "Signal 0 is no signal.")]
public enum Signal
{
    /// <summary>SIGHUP: servers read their files anew.</summary>
    HangUp = 1,

    /// <summary>SIGINT: Ctrl+C.</summary>
    Interrupt = 2,

    /// <summary>SIGKILL: at once, without farewell.</summary>
    Kill = 9,

    /// <summary>SIGTERM: please end.</summary>
    Terminate = 15,

    /// <summary>SIGCONT: go on.</summary>
    Continue = 18,

    /// <summary>SIGSTOP: stand still; what hangs but does not die.</summary>
    Stop = 19,
}

/// <summary>Sends signals; .NET itself knows only SIGKILL.</summary>
internal static class Signals
{
    private const int NoSuchProcess = 3;

    /// <summary>Sends a signal; one that has ended meanwhile is no fault.</summary>
    public static void Send(int processId, Signal signal)
    {
        if (Kill(processId, (int)signal) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            if (error != NoSuchProcess)
            {
                throw new Win32Exception(error, $"Signal {signal} could not be sent to process {processId}.");
            }
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [SuppressMessage(
        "Interoperability",
        "SYSLIB1054:Use LibraryImport",
        Justification = "Generated marshalling needs unsafe code; two integers need no marshalling.")]
    private static extern int Kill(int processId, int signal);
}
