using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Meridian.Formats.Csv;
using Meridian.Formats.Rows;
using Meridian.Sdk.Faults;
using Meridian.Sdk.Readings;
using Meridian.Sdk.South;

namespace Meridian.Connectors.Files.Folder;

/// <summary>
/// Makes readings of an item's files. What does not decode is kept: the value as it came where its point and time are
/// known, else the whole row. One file at a time.
/// </summary>
internal sealed class FolderDecoder
{
    /// <summary>A row must fit into a page, however its characters are encoded.</summary>
    private static readonly CsvLimits Limits = new() { MaxRowLength = 2 << 20 };

    private readonly Item _item;
    private readonly FolderItemSettings _settings;
    private readonly ISouthContext _context;
    private readonly RowDecoder _rows;
    private readonly FolderPage _page = new();
    private readonly List<RowProblem> _problems = [];

    public FolderDecoder(Item item, FolderItemSettings settings, ISouthContext context)
    {
        (_item, _settings, _context) = (item, settings, context);
        if (!RowDecoder.TryCompile(settings.Rows, item.Name, context.Name, out var rows, out var problems))
        {
            throw new ConnectorException(
                Fault.Misconfigured,
                string.Join(' ', problems.Select(static one => $"rows.{one.Path}: {one.Message}")));
        }

        _rows = rows;
    }

    /// <summary>Reads a file; pages are lent until the next is asked for.</summary>
    public IAsyncEnumerable<ReadOnlyMemory<Reading>> DecodeAsync(
        string path, Stream content, CancellationToken cancellationToken)
    {
        _page.Clear();
        _problems.Clear();
        return _settings.Format == FolderFormat.Csv
            ? DecodeCsvAsync(path, content, cancellationToken)
            : DecodeJsonAsync(content, cancellationToken);
    }

    private async IAsyncEnumerable<ReadOnlyMemory<Reading>> DecodeCsvAsync(
        string path, Stream content, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reader = new CsvReader(content, _settings.Csv, Limits);
        var isFirst = true;
        for (var step = CsvStep.Row; step != CsvStep.End;)
        {
            step = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (isFirst && step != CsvStep.End && _settings.Csv.HasHeader
                && _rows.FindMissing(reader.Columns) is { } missing)
            {
                throw new ConnectorException(Fault.Rejected, $"In '{path}': {missing}");
            }

            isFirst = false;
            if (step == CsvStep.Row)
            {
                _rows.Decode(reader, reader.Line, _page, _problems);
                if (_problems.Count > 0)
                {
                    Keep(RowText.Of(reader, _settings.Csv.Delimiter));
                }
            }
            else if (step == CsvStep.Problem)
            {
                // A row that is too long, or damaged, is not held: its words stand for it.
                var reason = reader.Problem ?? string.Empty;
                Keep(reason, reader.FieldCount > 0 ? RowText.Of(reader, _settings.Csv.Delimiter) : reason);
            }

            if (_page.IsFull)
            {
                yield return _page.Lend();
            }
        }

        if (_page.Count > 0)
        {
            yield return _page.Lend();
        }
    }

    private async IAsyncEnumerable<ReadOnlyMemory<Reading>> DecodeJsonAsync(
        Stream content, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reader = new JsonObjectReader(content, _settings.Format == FolderFormat.JsonLines);
        var cells = new JsonCells();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (reader.Problem is { } problem)
            {
                Keep(problem, Encoding.UTF8.GetString(reader.Object.Span));
            }
            else
            {
                Decode(reader, cells);
            }

            if (_page.IsFull)
            {
                yield return _page.Lend();
            }
        }

        if (_page.Count > 0)
        {
            yield return _page.Lend();
        }
    }

    private void Decode(JsonObjectReader reader, JsonCells cells)
    {
        try
        {
            using var document = JsonDocument.Parse(reader.Object);
            if (cells.MoveTo(document.RootElement))
            {
                _rows.Decode(cells, reader.Line, _page, _problems);
                if (_problems.Count > 0)
                {
                    Keep(Encoding.UTF8.GetString(reader.Object.Span));
                }

                return;
            }

            Keep(
                FormattableString.Invariant($"Line {reader.Line}: what stands there is no JSON object."),
                Encoding.UTF8.GetString(reader.Object.Span));
        }
        catch (JsonException broken)
        {
            Keep(
                FormattableString.Invariant($"Line {reader.Line} is no JSON: {broken.Message}"),
                Encoding.UTF8.GetString(reader.Object.Span));
        }
    }

    private void Keep(string row)
    {
        foreach (var problem in _problems)
        {
            _context.CountUndecoded(_item.Name, problem.Reason);
            _page.Add(problem.AsItCame ?? AsItCame(row));
        }

        _problems.Clear();
    }

    private void Keep(string reason, string row)
    {
        _context.CountUndecoded(_item.Name, reason);
        _page.Add(AsItCame(row));
    }

    /// <summary>Its own time is not known, so it has that of now.</summary>
    private Reading AsItCame(string row) => new(
        _item.Name,
        _context.Time.GetUtcNow(),
        ReadingValue.From(Encoding.UTF8.GetBytes(row)),
        Quality.BadDecoding);
}
