using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Meridian.Connectors.Basic.Box;

/// <summary>The machine that the gateway runs on.</summary>
/// <param name="systemctl">The program that is asked for services.</param>
/// <param name="serviceLimit">How long it may take to answer; 5 s unless told.</param>
internal sealed class ThisBox(string systemctl = "systemctl", TimeSpan? serviceLimit = null) : IBox
{
    private readonly TimeSpan _serviceLimit = serviceLimit ?? TimeSpan.FromSeconds(5);

    public string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw BoxFault.Of($"This system does not tell it: '{path}' cannot be read.", error);
        }
    }

    public IReadOnlyList<string> ListFolders(string path) =>
        Directory.Exists(path) ? [.. Directory.EnumerateDirectories(path).Order(StringComparer.Ordinal)] : [];

    public IReadOnlyList<string> ListFiles(string path) =>
        Directory.Exists(path) ? [.. Directory.EnumerateFiles(path).Order(StringComparer.Ordinal)] : [];

    public (long TotalBytes, long FreeBytes, long AvailableBytes) MeasureDisk(string path)
    {
        try
        {
            var drive = new DriveInfo(path);
            return (drive.TotalSize, drive.TotalFreeSpace, drive.AvailableFreeSpace);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw BoxFault.Of($"'{path}' is not on a file system that can be measured: {error.Message}", error);
        }
    }

    public (long MemoryBytes, TimeSpan Cpu) MeasureSelf() => (Environment.WorkingSet, Environment.CpuUsage.TotalTime);

    public async Task<string> AskServiceAsync(string name, CancellationToken cancellationToken)
    {
        using var asking = new Process
        {
            StartInfo = new ProcessStartInfo(systemctl, ["is-active", "--", name])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
        try
        {
            _ = asking.Start();
        }
        catch (Win32Exception error)
        {
            throw BoxFault.Of("Services are asked of systemd, and this system has no 'systemctl'.", error);
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_serviceLimit);
        try
        {
            var answer = await asking.StandardOutput.ReadToEndAsync(limit.Token).ConfigureAwait(false);
            var problem = await asking.StandardError.ReadToEndAsync(limit.Token).ConfigureAwait(false);
            await asking.WaitForExitAsync(limit.Token).ConfigureAwait(false);
            return answer.Trim() is { Length: > 0 } word
                ? word
                : throw BoxFault.Of($"systemd does not tell the state of '{name}': {problem.Trim()}");
        }
        catch (OperationCanceledException)
        {
            asking.Kill();
            cancellationToken.ThrowIfCancellationRequested();
            var seconds = _serviceLimit.TotalSeconds.ToString(CultureInfo.InvariantCulture);
            throw BoxFault.OfSilence(
                $"systemd did not tell the state of '{name}' within {seconds} s. "
                + "Look whether the box is short of processor or memory.");
        }
    }
}
