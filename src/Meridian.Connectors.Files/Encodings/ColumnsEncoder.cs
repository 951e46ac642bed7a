using System.Runtime.InteropServices;
using Meridian.Formats.Csv;
using Meridian.Sdk.Readings;

namespace Meridian.Connectors.Files.Encodings;

/// <summary>
/// Makes a table with a column for each point. Its columns and rows are known when all readings are, so they gather in
/// memory; the size of a spool bounds them.
/// </summary>
internal sealed class ColumnsEncoder(CsvSpec spec, Stream stream) : IFileEncoder
{
    private readonly ReadingCsvTable _table = CsvRows.TableOf(spec);
    private readonly List<Reading> _readings = [];

    public void Write(ReadOnlySpan<Reading> readings) => _readings.AddRange(readings);

    public void Complete()
    {
        var output = new StreamOutput(stream);
        _table.Write(CollectionsMarshal.AsSpan(_readings), output);
        output.Flush();
    }

    public void Dispose() => _readings.Clear();
}
