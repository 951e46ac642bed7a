using System.Text.Json;

namespace Meridian.Engine.Quarantine;

/// <summary>Reads a quarantine file's identities, at the start of its North.</summary>
internal static class QuarantineReader
{
    /// <summary>
    /// Lists (journal, position) of every line. What lies behind the last line's end is the torn write of a kill: it
    /// was never
    /// promised to anyone, its cursor has not passed, and it is cut.
    /// </summary>
    public static IReadOnlyList<(Guid Journal, long Position)> ReadAndCutTail(FileStream file)
    {
        var found = new List<(Guid, long)>();
        var end = 0L;
        file.Position = 0;
        using (var reader = new StreamReader(file, leaveOpen: true))
        {
            while (reader.ReadLine() is { } line)
            {
                end += System.Text.Encoding.UTF8.GetByteCount(line) + 1;
                if (end > file.Length)
                {
                    end = file.Length - System.Text.Encoding.UTF8.GetByteCount(line);
                    break;
                }

                if (TryRead(line, out var identity))
                {
                    found.Add(identity);
                }
            }
        }

        file.SetLength(end);
        return found;
    }

    private static bool TryRead(string line, out (Guid Journal, long Position) identity)
    {
        identity = default;
        try
        {
            using var json = JsonDocument.Parse(line);
            var root = json.RootElement;
            identity = (root.GetProperty("journal"u8).GetGuid(), root.GetProperty("position"u8).GetInt64());
            return true;
        }
        catch (Exception damaged) when (damaged is JsonException or KeyNotFoundException or FormatException
            or InvalidOperationException)
        {
            // A line that a user edited or a disk damaged: it stays in the file for people, and counts for nothing.
            return false;
        }
    }
}
