using Meridian.Sdk.Readings;
using Meridian.Sdk.South;

namespace Meridian.Engine.Souths.Files;

/// <summary>
/// The page of a file that waits until it is known whether another follows: a copy, since what a decoder lends ends
/// then. One caller.
/// </summary>
/// <param name="part">What is on disk already: of this file it is passed over, of an older one it comes again.</param>
/// <param name="file">The file as it looks now.</param>
/// <param name="undecoded">What the decoder says of lines; counted with the page that has them.</param>
internal sealed class FilePages(PartFile? part, SourceFile file, UndecodedHold undecoded)
{
    private readonly long _stored = part is { } same && same.LooksLike(file) ? same.Readings : 0;
    private Reading[] _buffer = [];
    private long _repeated = part is { } other && !other.LooksLike(file) ? other.Readings : 0;
    private long _undecoded;
    private int _length;

    /// <summary>The readings that wait; empty when all of the page are on disk.</summary>
    public ReadOnlyMemory<Reading> Waiting => _buffer.AsMemory(0, _length);

    /// <summary>How many readings there were, those that wait included.</summary>
    public long Count { get; private set; }

    /// <summary>Takes a page in place of the one that waited.</summary>
    public void Take(ReadOnlySpan<Reading> page)
    {
        var known = (int)Math.Clamp(_stored - Count, 0, page.Length);
        Count += page.Length;
        _length = page.Length - known;
        if (_buffer.Length < _length)
        {
            _buffer = new Reading[_length];
        }

        page[known..].CopyTo(_buffer);

        // Lines of a page that is on disk were counted with it.
        _undecoded = undecoded.Take();
        _undecoded = _length > 0 ? _undecoded : 0;
    }

    /// <summary>What waits goes to disk: what is to be said of it counts.</summary>
    public void LetGo(SouthContext context)
    {
        context.CountRepeated(_repeated);
        undecoded.Count(_undecoded);
        (_repeated, _undecoded) = (0, 0);
    }
}
