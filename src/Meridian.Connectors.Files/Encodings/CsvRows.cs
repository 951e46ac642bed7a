using System.Buffers;
using Meridian.Connectors.Files.Parts;
using Meridian.Formats.Csv;
using Meridian.Sdk.Readings;

namespace Meridian.Connectors.Files.Encodings;

/// <summary>CSV with a row for each reading.</summary>
internal sealed class CsvRows(CsvSpec spec) : IPartEncoding
{
    private readonly ReadingCsvTable _rows = TableOf(spec with { HasHeader = false });

    public string Extension => PartName.Csv;

    public ReadOnlyMemory<byte> Header { get; } = HeaderOf(spec);

    public void Write(ReadOnlySpan<Reading> readings, IBufferWriter<byte> output) => _rows.Write(readings, output);

    public void Dispose()
    {
        // Nothing is held.
    }

    /// <summary>The writer of a spec that was checked.</summary>
    public static ReadingCsvTable TableOf(CsvSpec spec) =>
        ReadingCsvTable.TryCompile(spec, out var table, out var found)
        ? table
        : throw new ArgumentException(found[0].Message, nameof(spec));

    private static ReadOnlyMemory<byte> HeaderOf(CsvSpec spec)
    {
        var header = spec.HasHeader ? ReadingCsvWriter.Header.ToArray() : [];
        header.AsSpan().Replace((byte)',', (byte)spec.Delimiter);
        return header;
    }
}
