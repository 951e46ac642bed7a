using System.Globalization;
using Meridian.Sdk.Faults;

namespace Meridian.Formats.Certificates;

/// <summary>
/// Reads the files of certificates and keys that one connection needs, all of them within one limit. One call at a
/// time.
/// </summary>
public sealed class PemReading : IDisposable
{
    private readonly TimeSpan _limit;
    private readonly string _limitSetting;
    private readonly CancellationTokenSource _patience;
    private readonly CancellationTokenSource _either;
    private readonly CancellationToken _cancellationToken;

    /// <summary>Begins; the time runs from now on.</summary>
    /// <param name="limit">How long all files together may take.</param>
    /// <param name="limitSetting">The path of the setting that says so, for messages.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public PemReading(TimeSpan limit, string limitSetting, TimeProvider time, CancellationToken cancellationToken)
    {
        (_limit, _limitSetting, _cancellationToken) = (limit, limitSetting, cancellationToken);
        _patience = new CancellationTokenSource(limit, time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _patience.Token);
    }

    /// <summary>Reads a file; see <see cref="PemFile.ReadTextAsync"/>.</summary>
    /// <param name="setting">The path of the setting that names it, for messages.</param>
    /// <param name="file">The file.</param>
    /// <exception cref="ConnectorException">It cannot be read, or not in time. Transient.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task<string> ReadAsync(string setting, string file)
    {
        try
        {
            return await PemFile.ReadTextAsync(file, _either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException late) when (!_cancellationToken.IsCancellationRequested)
        {
            throw new ConnectorException(
                Fault.Unreachable,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{setting}: '{file}' was not read within {_limit.TotalSeconds:0.###} s ({_limitSetting}): its ")
                + "disk or share does not answer. Check the share's server and the network; it is tried again.",
                late);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw PemFile.Unusable(setting, file, fault.Message.TrimEnd('.'), fault);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _either.Dispose();
        _patience.Dispose();
    }
}
