using System.Diagnostics;
using System.Globalization;
using Meridian.Journal.Storage;

namespace Meridian.Journal.Tests.Storage;

/// <summary>
/// A disk of few bytes: a file system in memory that is mounted where this process may mount, else the one of the
/// tests. Both say that they are full when they are.
/// </summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly string? _mountPoint;
    private readonly MemoryDisk? _memory;
    private readonly long _bytes;

    private SmallDisk(string? mountPoint, long bytes)
    {
        _mountPoint = mountPoint;
        _bytes = bytes;
        _memory = mountPoint is null ? new MemoryDisk { Capacity = bytes } : null;
    }

    /// <summary>Whether it is one of the system's.</summary>
    public bool IsMounted => _mountPoint is not null;

    /// <summary>The journal's folder on it; for a new process also after a close.</summary>
    public IJournalStorage Storage => _memory ?? (IJournalStorage)new FileJournalStorage(
        Path.Combine(_mountPoint!, "journal"));

    private string Ballast => Path.Combine(_mountPoint!, "ballast");

    public static SmallDisk Make(long bytes, bool isMountWanted)
        => new(isMountWanted ? TryMount(bytes) : null, bytes);

    /// <summary>Takes every byte that is free.</summary>
    public void Fill()
    {
        if (_memory is not null)
        {
            _memory.Capacity = _memory.Used;
            return;
        }

        using var ballast = new FileStream(Ballast, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        var zeros = new byte[4096];
        try
        {
            while (true)
            {
                ballast.Write(zeros);
            }
        }
        catch (IOException full) when (DiskFull.Is(full))
        {
            // That is what was wanted.
        }
    }

    /// <summary>Gives back what <see cref="Fill"/> took.</summary>
    public void Free()
    {
        if (_memory is not null)
        {
            _memory.Capacity = _bytes;
        }
        else
        {
            File.Delete(Ballast);
        }
    }

    public void Dispose()
    {
        if (_mountPoint is not null)
        {
            _ = Run("umount", "-l", _mountPoint);
            Directory.Delete(_mountPoint);
        }
    }

    private static string? TryMount(long bytes)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        var point = Directory.CreateTempSubdirectory("meridian-disk-").FullName;
        var size = string.Create(CultureInfo.InvariantCulture, $"size={bytes},mode=700");
        if (Run("mount", "-t", "tmpfs", "-o", size, "tmpfs", point))
        {
            return point;
        }

        Directory.Delete(point);
        return null;
    }

    private static bool Run(string program, params string[] arguments)
    {
        try
        {
            var start = new ProcessStartInfo(program, arguments)
            {
                RedirectStandardError = true,
                UseShellExecute = false,
            };
            using var process = Process.Start(start)!;
            _ = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // There is no such program here.
            return false;
        }
    }
}
