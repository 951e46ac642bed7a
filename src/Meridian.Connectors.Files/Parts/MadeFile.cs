using Meridian.Connectors.Files.Encodings;

namespace Meridian.Connectors.Files.Parts;

/// <summary>A file that is being made of a spool, over what an earlier try has left of it.</summary>
internal sealed class MadeFile : IDisposable
{
    private readonly FileStream _stream;

    public MadeFile(string path, FileEncoding encoding)
    {
        _stream = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read);
        try
        {
            Encoder = encoding.Begin(_stream);
        }
        catch
        {
            _stream.Dispose();
            throw;
        }
    }

    public IFileEncoder Encoder { get; }

    /// <summary>Writes its end; all of it is on the disk when this returns.</summary>
    public void Complete()
    {
        Encoder.Complete();
        _stream.Flush(flushToDisk: true);
    }

    public void Dispose()
    {
        Encoder.Dispose();
        _stream.Dispose();
    }
}
