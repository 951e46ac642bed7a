using Meridian.Connectors.Files.Parts;
using Meridian.Sdk.Settings;
using Microsoft.Extensions.Logging;

namespace Meridian.Connectors.Files.Files;

/// <summary>Removes complete files of readings by the user's rules; no part, and nothing of others.</summary>
internal sealed partial class Retention(
    PartFolder folder, FilesRetentionSettings rules, TimeProvider time, ILogger logger)
{
    /// <summary>How often age is looked at; the folder is listed each time.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly ILogger _logger = logger;
    private DateTimeOffset _next;

    /// <summary>Removes what is beyond the rules.</summary>
    /// <param name="isForced">Whether the folder has changed, so that it is looked at now.</param>
    public void Apply(bool isForced)
    {
        var now = time.GetUtcNow();
        if (!isForced && now < _next)
        {
            return;
        }

        _next = now + Interval;
        var oldestFirst = folder.Completed()
            .OrderBy(name => name.Number).ThenBy(name => name.FileName, StringComparer.Ordinal).ToArray();
        var lengths = oldestFirst.Select(name => new FileInfo(folder.PathOf(name)))
            .Select(file => file.Exists ? file.Length : 0).ToArray();
        var bytes = lengths.Sum();
        var (count, removedBytes) = (0, 0L);
        while (count < oldestFirst.Length
            && IsBeyond(now - oldestFirst[count].Begun, oldestFirst.Length - count, bytes))
        {
            bytes -= lengths[count];
            removedBytes += lengths[count++];
        }

        if (count > 0)
        {
            folder.Remove(oldestFirst.AsSpan(0, count).ToArray());
            LogRetired(count, new ByteSize(removedBytes), folder.Path);
        }
    }

    private bool IsBeyond(TimeSpan age, int files, long bytes) =>
        age > rules.MaxAge || files > rules.MaxFiles || bytes > rules.MaxSize?.Bytes;

    [LoggerMessage(
        EventIds.FilesRetired,
        LogLevel.Information,
        "By the rules of retention {Count} files with {Size} were removed from {Folder}.")]
    private partial void LogRetired(int count, ByteSize size, string folder);
}
