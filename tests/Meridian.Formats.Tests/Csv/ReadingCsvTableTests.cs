using System.Buffers;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Meridian.Formats.Csv;
using Meridian.Sdk.Readings;

namespace Meridian.Formats.Tests.Csv;

public sealed class ReadingCsvTableTests
{
    private static readonly DateTimeOffset Epoch = DateTimeOffset.UnixEpoch;

    [Fact]
    public void Rows_Readings_StandInTheirOrder()
    {
        var text = Write(
            new CsvSpec { Delimiter = ';' },
            new Reading("b", Epoch.AddSeconds(1), ReadingValue.From(1.5), Quality.Bad),
            new Reading("a;c", Epoch, ReadingValue.From("x,y")));

        Assert.Equal(
            "timestamp;point;value;quality\r\n"
            + "1970-01-01T00:00:01.0000000Z;b;1.5;bad\r\n"
            + "1970-01-01T00:00:00.0000000Z;\"a;c\";x,y;good\r\n",
            text);
    }

    [Fact]
    public void Rows_WithTheDefaults_AreWhatTheWriterOfLinesWrites()
    {
        var reading = new Reading("a", Epoch, ReadingValue.FromJson("{\"b\":1}"), Quality.BadDecoding);
        var lines = new ArrayBufferWriter<byte>();
        lines.Write(ReadingCsvWriter.Header);
        ReadingCsvWriter.Write(reading, lines);

        Assert.Equal(Encoding.UTF8.GetString(lines.WrittenSpan), Write(new CsvSpec(), reading));
    }

    [Fact]
    public void Columns_Readings_StandByTimeAndPoint()
    {
        var text = Write(
            new CsvSpec { Layout = CsvLayout.Column },
            new Reading("b", Epoch.AddSeconds(1), ReadingValue.From(2L)),
            new Reading("a,c", Epoch.AddSeconds(1), ReadingValue.From("")),
            new Reading("b", Epoch, ReadingValue.From(true), Quality.Bad),
            new Reading("d", Epoch.AddSeconds(2), ReadingValue.Null));

        Assert.Equal(
            "timestamp,b,\"a,c\",d\r\n"
            + "1970-01-01T00:00:00.0000000Z,true,,\r\n"
            + "1970-01-01T00:00:01.0000000Z,2,\"\",\r\n"
            + "1970-01-01T00:00:02.0000000Z,,,\r\n",
            text);
    }

    [Fact]
    public void Columns_SeveralOfOnePointAndTime_HaveARowEach()
    {
        var text = Write(
            new CsvSpec { Layout = CsvLayout.Column, HasHeader = false },
            new Reading("a", Epoch, ReadingValue.From(1L)),
            new Reading("b", Epoch, ReadingValue.From(2L)),
            new Reading("a", Epoch, ReadingValue.From(3L)));

        Assert.Equal(
            "1970-01-01T00:00:00.0000000Z,1,2\r\n1970-01-01T00:00:00.0000000Z,3,\r\n", text);
    }

    [Fact]
    public void Columns_WithQualities_HaveOneBehindEachPoint()
    {
        var text = Write(
            new CsvSpec { Layout = CsvLayout.Column, HasQualities = true, Delimiter = '\t' },
            new Reading("a", Epoch, ReadingValue.Null, Quality.BadDecoding),
            new Reading("b", Epoch.AddSeconds(1), ReadingValue.From(2.0)));

        Assert.Equal(
            "timestamp\ta\ta quality\tb\tb quality\r\n"
            + "1970-01-01T00:00:00.0000000Z\t\tbad 0x80070000\t\t\r\n"
            + "1970-01-01T00:00:01.0000000Z\t\t\t2\tgood\r\n",
            text);
    }

    [Theory]
    [InlineData(CsvLayout.Row)]
    [InlineData(CsvLayout.Column)]
    public void Write_NoReadings_WritesNothing(CsvLayout layout) =>
        Assert.Empty(Write(new CsvSpec { Layout = layout }));

    [Fact]
    public void TryCompile_Mistakes_AreAllFound()
    {
        Assert.False(ReadingCsvTable.TryCompile(
            new CsvSpec { Layout = (CsvLayout)9, Delimiter = '.' }, out _, out var problems));

        Assert.Equal(["layout", "delimiter"], problems.Select(problem => problem.Path), StringComparer.Ordinal);
    }

    [Fact]
    public void Columns_AnyReadings_EachHasAFieldOfItsOwnAndRowsAscend() => Check.QuickThrowOnFailure(Prop.ForAll(
        Readings().ArrayOf().ToArbitrary(), readings =>
        {
            Assert.True(ReadingCsvTable.TryCompile(
                new CsvSpec { Layout = CsvLayout.Column, HasQualities = true }, out var table, out _));

            // Twice: what the first table left behind must not show in the second.
            _ = Text(table, readings.Reverse().ToArray());
            var rows = Parse(Text(table, readings));

            var header = rows.FirstOrDefault([]);
            var found = rows.Skip(1).SelectMany(row => Enumerable.Range(0, (row.Length - 1) / 2)
                .Select(column => 1 + (2 * column))
                .Where(at => row[at + 1].Length > 0)
                .Select(at => (row[0], header[at], row[at], row[at + 1])));
            var expected = readings.Select(reading => (
                reading.Timestamp.UtcDateTime.ToString("O"),
                reading.Point,
                reading.Value.Kind == ReadingValueKind.Null ? string.Empty : reading.Value.ToString(),
                reading.Quality.ToString()));
            Assert.Equal(expected.Order(), found.Order());
            var times = rows.Skip(1).Select(row => row[0]).ToArray();
            Assert.Equal(times.Order(StringComparer.Ordinal), times, StringComparer.Ordinal);
            Assert.All(rows, row => Assert.Equal(header.Length, row.Length));
        }));

    private static Gen<Reading> Readings() =>
        from point in Gen.Elements("a", "b,\"c\"", " d\r\n", "Öl °C")
        from seconds in Gen.Choose(0, 4)
        from value in Gen.Elements(
            ReadingValue.From(1.5), ReadingValue.From(-3L), ReadingValue.From("say \"hi\"\n, you"),
            ReadingValue.From(""), ReadingValue.Null, ReadingValue.From([1, 2]), ReadingValue.From(true))
        from status in Gen.Elements(0u, 0x4000_0000u, 0x8007_0000u)
        select new Reading(point, Epoch.AddSeconds(seconds), value, new Quality(status));

    private static string Write(CsvSpec spec, params Reading[] readings)
    {
        Assert.True(ReadingCsvTable.TryCompile(spec, out var table, out _));
        return Text(table, readings);
    }

    private static string Text(ReadingCsvTable table, Reading[] readings)
    {
        var output = new ArrayBufferWriter<byte>();
        table.Write(readings, output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    /// <summary>RFC 4180, as a reader of its own would read it.</summary>
    private static List<string[]> Parse(string text)
    {
        var (rows, row, field) = (new List<string[]>(), new List<string>(), new StringBuilder());
        var isQuoted = false;
        for (var at = 0; at < text.Length; at++)
        {
            switch (text[at])
            {
                case '"' when isQuoted && at + 1 < text.Length && text[at + 1] == '"':
                    field.Append(text[at++]);
                    break;
                case '"':
                    isQuoted = !isQuoted;
                    break;
                case ',' when !isQuoted:
                    row.Add(field.ToString());
                    field.Clear();
                    break;
                case '\r' when !isQuoted:
                    row.Add(field.ToString());
                    field.Clear();
                    rows.Add([.. row]);
                    row.Clear();
                    at++;
                    break;
                default:
                    field.Append(text[at]);
                    break;
            }
        }

        return rows;
    }
}
