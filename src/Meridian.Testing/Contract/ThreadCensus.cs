using System.Diagnostics;

namespace Meridian.Testing.Contract;

/// <summary>
/// Counts the threads of the process but for the pool's, which come and go by load. A few of the runtime's own do so,
/// too: only a growth with each life is a leak.
/// </summary>
internal static class ThreadCensus
{
    public static int Count()
    {
        using var process = Process.GetCurrentProcess();
        return process.Threads.Count - ThreadPool.ThreadCount;
    }
}
