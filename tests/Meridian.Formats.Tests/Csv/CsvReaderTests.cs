using System.Text;
using Meridian.Formats.Csv;

namespace Meridian.Formats.Tests.Csv;

public sealed class CsvReaderTests
{
    [Fact]
    public async Task Read_QuotesDelimitersAndLineBreaks_ComeAsTheyWere()
    {
        var rows = await ReadAsync("a,b\r\n\"x,\"\"y\"\"\r\nz\",\" 1 \"\n\r\n5\" pipe,\n");

        Assert.Equal(["2:x,\"y\"\r\nz| 1 ", "5:5\" pipe|"], rows);
    }

    [Fact]
    public async Task Read_EmptyAndQuotedEmpty_DifferAndMissingIsNull()
    {
        var reader = new CsvReader(StreamOf("a,b,c\n,\"\"\n"), new CsvInputSpec());

        Assert.Equal(CsvStep.Row, await reader.ReadAsync(default));

        Assert.Equal(Formats.Rows.RowCellKind.Null, reader.Read(0).Kind);
        Assert.Equal(Formats.Rows.RowCellKind.Text, reader.Read(1).Kind);
        Assert.Equal(Formats.Rows.RowCellKind.Null, reader.Read(2).Kind);
    }

    [Theory]
    [InlineData("utf-8", CsvEncoding.Utf8, false)]
    [InlineData("utf-8", CsvEncoding.Latin1, true)]
    [InlineData("utf-16", CsvEncoding.Utf8, true)]
    [InlineData("utf-16", CsvEncoding.Utf16, false)]
    [InlineData("utf-16BE", CsvEncoding.Utf8, true)]
    [InlineData("iso-8859-1", CsvEncoding.Latin1, false)]
    public async Task Read_Encodings_AndMarks_AreUnderstood(string name, CsvEncoding encoding, bool hasMark)
    {
        var made = Encoding.GetEncoding(name);
        byte[] bytes = [.. hasMark ? made.GetPreamble() : [], .. made.GetBytes("ä;b\nü;°\n")];

        var rows = await ReadAsync(new MemoryStream(bytes), new CsvInputSpec { Delimiter = ';', Encoding = encoding });

        Assert.Equal(["2:ü|°"], rows);
    }

    [Theory]
    [InlineData("a,b\n\"x\"y,1\n2,3\n", "Line 2 has 'y'")]
    [InlineData("a,b\n1,2,3\n2,3\n", "Line 2 has 3 fields")]
    [InlineData("a,b\n\u00FF,\n2,3\n", "Line 2 has bytes")]
    [InlineData("a,b\n123456789,1\n2,3\n", "Line 2 has a field of more than 8 characters")]
    [InlineData("a,b\n\"1234567890\n2,3\n", "Line 2 has a field of more than 8 characters")]
    [InlineData("a,b\n\"1234567890,\"x\n2,3\n", "Line 2 has a field of more than 8 characters")]
    [InlineData("a,b\n\"12345678\n2,3\n", "Line 2 has a field of more than 8 characters")]
    [InlineData("a,b\n\"1234567\r\n2,3\n", "Line 2 has a field of more than 8 characters")]
    [InlineData("a,b\n\"12345678\"\"\"\"\n2,3\n", "Line 2 has a field of more than 8 characters")]
    [InlineData("a,b\n\u00FF,\"1234567890\n2,3\n", "Line 2 has bytes")]
    [InlineData("a,b\n123456789,\"1\n1\"\n2,3\n", "Line 2 has a field of more than 8 characters")]
    [InlineData("a,b\n1234567,123456\n2,3\n", "Line 2 has more than 12 characters")]
    [InlineData("a,b\n1,1,1,1,1\n2,3\n", "Line 2 has more than 4 fields")]
    public async Task Read_BadRow_IsAProblemWithItsLineAndTheNextIsRead(string text, string problem)
    {
        var stream = new MemoryStream(Encoding.Latin1.GetBytes(text));
        var limits = new CsvLimits { MaxFieldLength = 8, MaxRowLength = 12, MaxFields = 4 };

        var rows = await ReadAsync(stream, new CsvInputSpec(), limits);

        Assert.StartsWith(problem, rows[0], StringComparison.Ordinal);
        Assert.Equal("2|3", rows[1][2..]);
    }

    [Fact]
    public async Task Read_QuoteNeverClosed_IsAProblemAtTheEnd()
    {
        var rows = await ReadAsync("a\n\"x\n");

        Assert.StartsWith("Line 2 has a quote that is never closed", Assert.Single(rows), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_NoHeader_ColumnsAreNumbers()
    {
        var reader = new CsvReader(StreamOf("1\t2"), new CsvInputSpec { HasHeader = false, Delimiter = '\t' });

        Assert.Equal(CsvStep.Row, await reader.ReadAsync(default));

        Assert.Equal(["1", "2"], reader.Columns);
        Assert.Equal(CsvStep.End, await reader.ReadAsync(default));
    }

    [Fact]
    public async Task Read_ManyRows_AllocatesNothingPerCell()
    {
        var text = Encoding.UTF8.GetBytes("a,b\n" + string.Concat(Enumerable.Repeat("12.5,\"x \"\"y\"\"\"\n", 50_000)));
        var reader = new CsvReader(new MemoryStream(text), new CsvInputSpec());
        await reader.ReadAsync(default);
        var before = GC.GetAllocatedBytesForCurrentThread();

        var rows = 1;
        while (await reader.ReadAsync(default) == CsvStep.Row)
        {
            rows++;
        }

        Assert.Equal(50_000, rows);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 20_000);
    }

    internal static MemoryStream StreamOf(string text) => new(Encoding.UTF8.GetBytes(text));

    internal static Task<List<string>> ReadAsync(string text) => ReadAsync(StreamOf(text), new CsvInputSpec());

    internal static async Task<List<string>> ReadAsync(Stream stream, CsvInputSpec spec, CsvLimits? limits = null)
    {
        var reader = new CsvReader(stream, spec, limits);
        var rows = new List<string>();
        for (var step = await reader.ReadAsync(default); step != CsvStep.End; step = await reader.ReadAsync(default))
        {
            var fields = Enumerable.Range(0, reader.FieldCount).Select(field => reader.Field(field).ToString());
            rows.Add(step == CsvStep.Problem ? reader.Problem! : $"{reader.Line}:{string.Join('|', fields)}");
        }

        return rows;
    }
}
