using System.Diagnostics.CodeAnalysis;
using Meridian.Sdk.Faults;

namespace Meridian.Connectors.Sqlite.South;

/// <summary>
/// The files with a call that did not come back, so that no other is begun before it has: each would leave a thread,
/// in a South as in the instances that are made to try its settings. Any thread.
/// </summary>
internal static class HangingFiles
{
    private static readonly Lock Turn = new();
    private static readonly Dictionary<string, (DateTimeOffset Since, Task Left)> Known = new(StringComparer.Ordinal);

    /// <summary>Leaves a call to itself.</summary>
    /// <param name="file">Its file.</param>
    /// <param name="since">When it began.</param>
    /// <param name="left">Ends when it has come back and all is closed; it never fails.</param>
    public static void Add(string file, DateTimeOffset since, Task left)
    {
        var path = PathOf(file);
        lock (Turn)
        {
            Known[path] = Known.TryGetValue(path, out var other) && !other.Left.IsCompleted
                ? (other.Since, Task.WhenAll(other.Left, left))
                : (since, left);
        }

        _ = left.ContinueWith(
            _ => Forget(path), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    /// <summary>Waits shortly for the call that was left of a file: it may just be coming back.</summary>
    /// <param name="file">The file.</param>
    /// <param name="patience">How long to wait.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ConnectorException">It has not come back.</exception>
    [SuppressMessage("Usage", "VSTHRD003:Avoid awaiting foreign Tasks", Justification = "It waits for nobody.")]
    public static async Task WaitAsync(
        string file, TimeSpan patience, TimeProvider time, CancellationToken cancellationToken)
    {
        (DateTimeOffset Since, Task Left) known;
        lock (Turn)
        {
            if (!Known.TryGetValue(PathOf(file), out known))
            {
                return;
            }
        }

        try
        {
            await known.Left.WaitAsync(patience, time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException late)
        {
            throw SqliteFaults.StillHangs(file, known.Since, late);
        }
    }

    /// <summary>What is no path at all is opened in vain, and opening it says what is wrong.</summary>
    private static string PathOf(string file) =>
        file.Length == 0 || file.Contains('\0', StringComparison.Ordinal) ? file : Path.GetFullPath(file);

    private static void Forget(string path)
    {
        lock (Turn)
        {
            if (Known.TryGetValue(path, out var known) && known.Left.IsCompleted)
            {
                Known.Remove(path);
            }
        }
    }
}
