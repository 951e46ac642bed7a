using System.Globalization;

namespace Meridian.Connectors.Mqtt.North.Sparkplug;

/// <summary>
/// The number of a session, bdSeq: one more with every CONNECT, 0 to 255
/// [tck-id-message-flow-edge-node-birth-publish-will-message-payload-bdSeq]. Kept in a file, so that the death of a
/// session that a kill ended is not taken for the death of the next.
/// </summary>
internal sealed class BirthNumber(string folder)
{
    private readonly string _file = Path.Combine(folder, "bdSeq");

    /// <summary>The number for the next CONNECT; 0 where none is known.</summary>
    /// <exception cref="IOException">The file cannot be read or written.</exception>
    public async Task<byte> NextAsync(CancellationToken cancellationToken)
    {
        byte next = 0;
        if (File.Exists(_file)
            && byte.TryParse(
                await File.ReadAllTextAsync(_file, cancellationToken).ConfigureAwait(false),
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out var last))
        {
            next = (byte)(last + 1);
        }

        await File.WriteAllTextAsync(_file, next.ToString(CultureInfo.InvariantCulture), cancellationToken)
            .ConfigureAwait(false);
        return next;
    }
}
