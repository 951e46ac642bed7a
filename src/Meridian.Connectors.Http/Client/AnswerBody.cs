namespace Meridian.Connectors.Http.Client;

/// <summary>
/// Reads the body of an answer up to a limit, unpacked: a few packed bytes that would become gigabytes end there too.
/// </summary>
internal static class AnswerBody
{
    private const int FirstBytes = 4 * 1024;

    /// <summary>Reads it.</summary>
    /// <returns>
    /// What was read; and whether there is more, or it broke off: the status is known by then, and the caller decides
    /// what that is worth.
    /// </returns>
    public static async Task<(ReadOnlyMemory<byte> Body, bool IsCut)> ReadAsync(
        HttpResponseMessage response, int maxBytes, CancellationToken cancellationToken)
    {
        var body = new byte[Math.Min(FirstBytes, maxBytes)];
        var count = 0;
        try
        {
            var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                while (true)
                {
                    if (count == body.Length)
                    {
                        if (count == maxBytes)
                        {
                            return (body, await stream
                                .ReadAsync(new byte[1], cancellationToken).ConfigureAwait(false) > 0);
                        }

                        Array.Resize(ref body, Math.Min(2 * body.Length, maxBytes));
                    }

                    var read = await stream.ReadAsync(body.AsMemory(count), cancellationToken).ConfigureAwait(false);
                    if (read == 0)
                    {
                        return (body.AsMemory(0, count), false);
                    }

                    count += read;
                }
            }
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException or InvalidDataException)
        {
            return (body.AsMemory(0, count), true);
        }
    }
}
