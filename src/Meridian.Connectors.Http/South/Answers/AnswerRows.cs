using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Meridian.Connectors.Http.Client;
using Meridian.Connectors.Http.South.Paging;
using Meridian.Connectors.Http.South.Requests;
using Meridian.Formats.Csv;
using Meridian.Formats.Rows;

namespace Meridian.Connectors.Http.South.Answers;

/// <summary>
/// Reads the pages of one question as they come and gives each row to all who asked. What is held is one record. One
/// thread at a time.
/// </summary>
internal sealed class AnswerRows : IDisposable
{
    private readonly HttpQuestion _question;
    private readonly IReadOnlyList<RowTaker> _takers;
    private readonly JsonCells _json;
    private readonly ArrivedCells? _arrived;
    private readonly IncrementalHash? _hash;
    private readonly bool[] _isDeepSeen;
    private IRowCells _rows;

    public AnswerRows(HttpQuestion question, IReadOnlyList<RowTaker> takers, TimeProvider time)
    {
        _question = question;
        _takers = takers;
        _json = new JsonCells(question.DeepColumns);
        _isDeepSeen = new bool[question.DeepColumns.Count];
        _rows = _json;
        if (HttpQueries.IsTimedOnArrival(question.Settings))
        {
            // Also for CSV, whose reader changes with each page.
            _arrived = new ArrivedCells(new Forwarding(this), time);
        }

        _hash = PageCourse.NeedsHash(question.Settings.Paging)
            ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256)
            : null;
    }

    /// <summary>Why the page is no answer, a whole sentence; null when it is one.</summary>
    public string? Problem { get; private set; }

    /// <summary>The records of the page.</summary>
    public long RecordCount { get; private set; }

    /// <summary>What the page says of the next.</summary>
    public string? Pointer { get; private set; }

    /// <summary>Whether there is more than is held.</summary>
    public bool IsFull => _takers.Any(static taker => taker.Rows.IsFull);

    /// <summary>The page as the paging sees it.</summary>
    public PageEnd EndOf(HttpAnswer answer, Uri asked) => new(
        asked, RecordCount, answer.Links, Pointer, _hash is null ? null : Convert.ToHexString(_hash.GetHashAndReset()));

    /// <summary>A page begins; a try that failed is forgotten, its rows are not.</summary>
    public void Begin()
    {
        (Problem, RecordCount, Pointer) = (null, 0, null);
        _hash?.GetHashAndReset();
    }

    /// <summary>Reads a page.</summary>
    public async Task ReadAsync(HttpAnswer head, LimitedBody body, CancellationToken cancellationToken)
    {
        _arrived?.Begin();
        if (head.Status == 204)
        {
            return;
        }

        if (_question.Settings.Format == HttpAnswerFormat.Csv)
        {
            await ReadCsvAsync(body, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await ReadJsonAsync(head, body, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Looks for columns that no record had. Records without time would be left out and their time counted as answered;
    /// a name that is written wrongly must not look like that.
    /// </summary>
    public void FindMissing()
    {
        if (_question.Settings.Format != HttpAnswerFormat.Json)
        {
            return;
        }

        string[] seen = [.. Columns.Where((_, column) =>
            column - (_arrived is null ? 0 : 1) is var deep
            && (deep < 0 || deep >= _isDeepSeen.Length || _isDeepSeen[deep]))];
        foreach (var taker in _takers.Where(taker => taker.HasRecords && taker.IsBlind(seen)))
        {
            taker.Rows.Refusal ??= taker.Decoder.FindMissing(seen);
        }
    }

    public void Dispose() => _hash?.Dispose();

    private IReadOnlyList<string> Columns => _arrived?.Columns ?? _rows.Columns;

    private async Task ReadJsonAsync(HttpAnswer head, LimitedBody body, CancellationToken cancellationToken)
    {
        using var reader = new JsonRecordReader(
            body, _question.Records, _question.Pointer is { } pointer ? [pointer] : []);
        var step = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        while (step == JsonStep.Record && !IsFull)
        {
            RecordCount++;
            _hash?.AppendData(JsonMarshal.GetRawUtf8Value(reader.Record));
            _hash?.AppendData("\n"u8);
            if (_json.MoveTo(reader.Record))
            {
                for (var deep = 0; deep < _isDeepSeen.Length; deep++)
                {
                    _isDeepSeen[deep] |= _json.Read(deep).Kind != RowCellKind.Null;
                }

                Give();
            }
            else
            {
                LeaveOut($"Record {RecordCount} is neither an object nor an array, or its names are no Unicode text.");
            }

            step = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        }

        Pointer = _question.Pointer is null ? null : reader.ValueOf(0);
        Problem = step == JsonStep.Problem && !body.IsCut
            ? $"{reader.Problem}{(head.MediaType is { } media ? $" The server calls it {media}." : string.Empty)}"
            : null;
    }

    private async Task ReadCsvAsync(LimitedBody body, CancellationToken cancellationToken)
    {
        var reader = new CsvReader(body, _question.Settings.Csv);
        _rows = reader;
        var step = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        _arrived?.Follow();
        if (reader.Columns.Count > 0)
        {
            // Also of a header alone: a page of HTML must not look like an answer without rows.
            RefuseWithoutColumns();
        }

        while (step != CsvStep.End && !IsFull && !body.IsCut)
        {
            RecordCount++;
            if (step == CsvStep.Problem)
            {
                LeaveOut(reader.Problem ?? "A row cannot be read.");
            }
            else
            {
                Hash(reader);
                Give();
            }

            step = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private void RefuseWithoutColumns()
    {
        foreach (var taker in _takers)
        {
            taker.Rows.Refusal ??= taker.Decoder.FindMissing(Columns);
        }
    }

    private void Hash(CsvReader reader)
    {
        for (var field = 0; _hash is not null && field < reader.FieldCount; field++)
        {
            _hash.AppendData(MemoryMarshal.AsBytes(reader.Field(field)));
            _hash.AppendData("\n"u8);
        }
    }

    private void Give()
    {
        _arrived?.Follow();
        foreach (var taker in _takers)
        {
            if (taker.Rows.Refusal is null)
            {
                taker.HasRecords = true;
                taker.Rows.Add(taker.Decoder, _arrived ?? _rows);
            }
        }
    }

    private void LeaveOut(string problem)
    {
        foreach (var taker in _takers)
        {
            taker.Rows.LeaveOut(problem);
        }
    }

    /// <summary>The rows at hand, whoever reads them.</summary>
    private sealed class Forwarding(AnswerRows answer) : IRowCells
    {
        public IReadOnlyList<string> Columns => answer._rows.Columns;

        public RowCell Read(int column) => answer._rows.Read(column);
    }
}
