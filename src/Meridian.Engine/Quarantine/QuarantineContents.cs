using System.Globalization;
using Meridian.Sdk.Intakes;

namespace Meridian.Engine.Quarantine;

/// <summary>The contents of files that were refused: a folder beside the lines. A name there is an identity.</summary>
internal sealed class QuarantineContents(string folder)
{
    /// <summary>Copies a content, durably.</summary>
    /// <returns>Its name here.</returns>
    /// <exception cref="IOException">It cannot be read or written.</exception>
    public async Task<string> CopyAsync(
        Guid journalId, long position, FileContent file, CancellationToken cancellationToken)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{journalId:N}-{position:D20}");
        var source = await file.OpenRead(cancellationToken).ConfigureAwait(false);
        await using (source.ConfigureAwait(false))
        {
            _ = Directory.CreateDirectory(folder);
            var copy = new FileStream(
                Path.Combine(folder, name), FileMode.Create, FileAccess.Write, FileShare.None);
            await using (copy.ConfigureAwait(false))
            {
                await source.CopyToAsync(copy, cancellationToken).ConfigureAwait(false);
                RandomAccess.FlushToDisk(copy.SafeFileHandle);
            }
        }

        return name;
    }

    /// <summary>A file as it was when it was refused.</summary>
    public FileContent Open(QuarantinedDatum datum)
    {
        var path = PathOf(datum);
        return new FileContent(
            datum.FileName ?? string.Empty,
            new FileInfo(path) is { Exists: true } file ? file.Length : null,
            _ => ValueTask.FromResult<Stream>(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read)));
    }

    /// <summary>Deletes the contents of files that have left; no line leads to them any more.</summary>
    /// <exception cref="IOException">One cannot be deleted and stays as litter.</exception>
    public void Delete(IEnumerable<QuarantinedDatum> data)
    {
        foreach (var datum in data.Where(static datum => datum.Content is not null))
        {
            File.Delete(PathOf(datum));
        }
    }

    // What a line calls a name is never followed to another folder.
    private string PathOf(QuarantinedDatum datum) =>
        Path.Combine(folder, Path.GetFileName(datum.Content ?? string.Empty));
}
