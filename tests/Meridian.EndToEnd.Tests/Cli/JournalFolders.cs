using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using Meridian.Fixtures;
using Meridian.Journal;
using Meridian.Journal.Cursors;

namespace Meridian.EndToEnd.Tests.Cli;

/// <summary>Journal folders in the states that somebody who calls <c>meridian journal</c> may find.</summary>
internal static class JournalFolders
{
    /// <summary>Makes one: "good", "damaged", "newer", "newer id", "nothing in it", "a file" or "missing".</summary>
    public static async Task<string> MakeAsync(TempFolder home, string state)
    {
        var folder = home.At("journal");
        switch (state)
        {
            case "missing":
                break;
            case "a file":
                await File.WriteAllTextAsync(folder, "no folder");
                break;
            case "nothing in it":
                await File.WriteAllTextAsync(home.At("readme.txt"), "no journal");
                return home.Path;
            default:
                await FillAsync(folder);
                break;
        }

        var segment = Directory.Exists(folder)
            ? Directory.GetFiles(folder, "*.seg").Order(StringComparer.Ordinal).First() : string.Empty;
        switch (state)
        {
            case "damaged":
                await ChangeAsync(segment, static bytes => bytes[300] ^= 1);
                break;
            case "newer":
                await ChangeAsync(segment, static bytes => SetVersion(bytes, at: 8, length: 64));
                break;
            case "newer id":
                await ChangeAsync(
                    Path.Combine(folder, "journal.id"), static bytes => SetVersion(bytes, at: 4, length: 32));
                break;
        }

        return folder;
    }

    /// <summary>Opens the journal as a gateway would.</summary>
    public static Task<JournalLog> OpenAsync(string folder) => JournalLog.OpenAsync(
        new JournalOptions { Folder = folder, SegmentBytes = 2000, MaxBytes = 1 << 20, ReserveBytes = 0 });

    private static async Task FillAsync(string folder)
    {
        await using var log = await OpenAsync(folder);
        for (var i = 0; i < 40; i++)
        {
            var payload = Encoding.UTF8.GetBytes($"{i:D100}");
            JournalCheckpoint[] checkpoints = [new("item", BitConverter.GetBytes(i))];
            _ = await log.AppendAsync(log.Source(i % 2 == 0 ? "even" : "odd"), 2, payload, 7, checkpoints);
        }

        log.OpenCursor("north", CursorStart.Oldest).Commit(new JournalPosition(5));
    }

    private static async Task ChangeAsync(string file, Action<byte[]> change)
    {
        var bytes = await File.ReadAllBytesAsync(file);
        change(bytes);
        await File.WriteAllBytesAsync(file, bytes);
    }

    private static void SetVersion(byte[] bytes, int at, int length)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(at), 99);
        var crc = uint.MaxValue;
        foreach (var value in bytes.AsSpan(0, length - 4))
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(length - 4), ~crc);
    }
}
