using System.Text;

namespace Meridian.Formats.Csv;

/// <summary>The characters of a stream. Bytes that are no character are <see cref="Damaged"/>.</summary>
internal sealed class CsvCharacters(Stream source, CsvEncoding encoding, int bufferBytes)
{
    /// <summary>Stands for bytes that are no character; Unicode keeps it from ever being one.</summary>
    public const char Damaged = '\uFFFF';

    private readonly byte[] _bytes = new byte[bufferBytes];
    private readonly char[] _characters = new char[bufferBytes + 4];
    private Decoder? _decoder;
    private bool _hasBegun;
    private bool _hasEnded;
    private int _at;
    private int _length;

    /// <summary>What was read and not used.</summary>
    public ReadOnlyMemory<char> Rest => _characters.AsMemory(_at, _length - _at);

    /// <summary>Uses some of it.</summary>
    public void Skip(int characters) => _at += characters;

    /// <summary>Reads on, when all was used.</summary>
    /// <returns>False at the end.</returns>
    public async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        (_at, _length) = (0, 0);
        while (_length == 0 && !_hasEnded)
        {
            var bytes = _decoder is null
                ? await BeginAsync(cancellationToken).ConfigureAwait(false)
                : _bytes.AsMemory(0, await source.ReadAsync(_bytes, cancellationToken).ConfigureAwait(false));
            _hasEnded = bytes.IsEmpty && _hasBegun;
            _hasBegun = true;

            // Set by the beginning, whatever the stream has.
            _length = _decoder!.GetChars(bytes.Span, _characters, flush: _hasEnded);
        }

        return _length > 0;
    }

    /// <summary>Finds the byte order mark.</summary>
    private async ValueTask<ReadOnlyMemory<byte>> BeginAsync(CancellationToken cancellationToken)
    {
        const int LongestMark = 3;
        var length = await source.ReadAtLeastAsync(
            _bytes, LongestMark, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        ReadOnlyMemory<byte> bytes = _bytes.AsMemory(0, length);
        var (name, mark) = bytes.Span switch
        {
            [0xEF, 0xBB, 0xBF, ..] => ("utf-8", 3),
            [0xFF, 0xFE, ..] => ("utf-16", 2),
            [0xFE, 0xFF, ..] => ("utf-16BE", 2),
            _ => (encoding switch
            {
                CsvEncoding.Utf16 => "utf-16",
                CsvEncoding.Latin1 => "iso-8859-1",
                _ => "utf-8",
            }, 0),
        };
        _decoder = Encoding.GetEncoding(
            name, EncoderFallback.ReplacementFallback, new DecoderReplacementFallback(Damaged.ToString())).GetDecoder();

        // May be empty without being the end: a mark can come alone.
        return bytes[mark..];
    }
}
