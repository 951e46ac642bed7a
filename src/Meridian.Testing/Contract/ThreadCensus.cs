namespace Meridian.Testing.Contract;

/// <summary>
/// Counts the threads that somebody started: neither the pool's, which come and go by load, nor the runtime's own.
/// </summary>
internal static class ThreadCensus
{
    private const string Tasks = "/proc/self/task";

    public static int Count()
    {
        if (!Directory.Exists(Tasks))
        {
            using var process = System.Diagnostics.Process.GetCurrentProcess();
            return process.Threads.Count - ThreadPool.ThreadCount;
        }

        return Directory.EnumerateDirectories(Tasks).Count(static task => IsSomebodys(NameOf(task)));
    }

    /// <summary>
    /// The runtime names its threads ".NET …" (at most 15 bytes are kept); a long-running task's is a connector's.
    /// </summary>
    private static bool IsSomebodys(string? name) => name is not null
        && (!name.StartsWith(".NET ", StringComparison.Ordinal)
            || name.StartsWith(".NET Long", StringComparison.Ordinal));

    private static string? NameOf(string task)
    {
        try
        {
            return File.ReadAllText(Path.Combine(task, "comm")).Trim();
        }
        catch (IOException)
        {
            return null; // It ended meanwhile.
        }
    }
}
