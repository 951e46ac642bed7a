using System.Buffers;
using System.Text;
using Meridian.Formats.Csv;
using Meridian.Formats.Rows;

namespace Meridian.Formats.Tests.Csv;

/// <summary>What is written of rows is what <see cref="CsvReader"/> reads.</summary>
public sealed class RowCsvWriterTests
{
    [Theory]
    [InlineData("a,b\r\n1,2\r\n")]
    [InlineData("\"a,1\",\"b \"\"x\"\"\"\r\n,\"\"\r\n\" blank\",\"line\r\nend\"\r\n")]
    public async Task Rows_WrittenAsTheyWereRead_AreTheSame(string text)
    {
        using var source = new MemoryStream(Encoding.UTF8.GetBytes(text));
        var reader = new CsvReader(source, new CsvInputSpec());
        var output = new ArrayBufferWriter<byte>();
        while (await reader.ReadAsync(CancellationToken.None) == CsvStep.Row)
        {
            if (output.WrittenCount == 0)
            {
                RowCsvWriter.WriteHeader(reader.Columns, ',', output);
            }

            Assert.Null(RowCsvWriter.WriteRow(reader, ',', output));
        }

        Assert.Equal(text, Encoding.UTF8.GetString(output.WrittenSpan));
    }

    [Fact]
    public void Row_WithACellThatCannotBeRead_LeavesItEmptyAndSaysWhy()
    {
        var output = new ArrayBufferWriter<byte>();

        var problem = RowCsvWriter.WriteRow(new OneRow(), ';', output);

        Assert.Equal("1;;true;;x\r\n", Encoding.UTF8.GetString(output.WrittenSpan));
        Assert.Equal("Column 'b': it is broken; the field is empty.", problem);
    }

    private sealed class OneRow : IRowCells
    {
        public IReadOnlyList<string> Columns { get; } = ["a", "b", "c", "d", "e"];

        public RowCell Read(int column) => column switch
        {
            0 => RowCell.Of(1L),
            1 => RowCell.Unreadable("it is broken."),
            2 => RowCell.Of(true),
            3 => RowCell.Null,
            _ => RowCell.OfText("x"),
        };
    }
}
