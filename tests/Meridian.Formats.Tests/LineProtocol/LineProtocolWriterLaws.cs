using System.Buffers;
using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Meridian.Formats.LineProtocol;

namespace Meridian.Formats.Tests.LineProtocol;

/// <summary>What is written is read back by a parser that knows the reference alone.</summary>
public sealed class LineProtocolWriterLaws
{
    [Fact]
    public void Line_OfAnyNames_IsReadBack() => Check.QuickThrowOnFailure(
        Prop.ForAll<NonNull<string>, NonNull<string>, NonNull<string>>((first, second, third) =>
        {
            var (measurement, key, value) = (Named(first.Get), Named(second.Get), Named(third.Get));
            if (LineProtocolWriter.MeasurementProblem(measurement) is not null
                || LineProtocolWriter.NameProblem(key) is not null
                || LineProtocolWriter.NameProblem(value) is not null)
            {
                return;
            }

            var line = Written(output =>
            {
                LineProtocolWriter.WriteMeasurement(measurement, output);
                output.Write(","u8);
                LineProtocolWriter.WriteName(key, output);
                output.Write("="u8);
                LineProtocolWriter.WriteName(value, output);
                output.Write(" "u8);
                LineProtocolWriter.WriteName(key, output);
                output.Write("=1i 5"u8);
            });

            var parser = new SmallParser(line);
            Assert.Equal(measurement, parser.Name(",", ", "));
            Assert.Equal(key, parser.Name("=", ",= "));
            Assert.Equal(value, parser.Name(" ", ",= "));
            Assert.Equal(key, parser.Name("=", ",= "));
            Assert.Equal("1i 5", parser.Rest);
        }));

    [Fact]
    public void Text_OfAnyKind_IsReadBack() => Check.QuickThrowOnFailure(
        Prop.ForAll<NonNull<string>>(any =>
        {
            var text = Clean(any.Get);

            var parser = new SmallParser(Written(output => LineProtocolWriter.WriteText(text, output)) + ",b=1");

            Assert.Equal(text, parser.Text());
            Assert.Equal(",b=1", parser.Rest);
        }));

    [Fact]
    public void Text_OfSpecialCharactersOnly_IsReadBack() => Check.QuickThrowOnFailure(
        Prop.ForAll(
            Gen.Elements('"', '\\', ',', '=', ' ', '\n', 'a').ArrayOf().Select(static one => new string(one))
                .ToArbitrary(),
            text =>
            {
                var parser = new SmallParser(Written(output => LineProtocolWriter.WriteText(text, output)));

                Assert.Equal(text, parser.Text());
            }));

    [Fact]
    public void Name_OfSpecialCharactersOnly_IsReadBackOrRefused() => Check.QuickThrowOnFailure(
        Prop.ForAll(
            Gen.Elements('"', '\\', ',', '=', ' ', '#', 'a').ArrayOf().Select(static one => new string(one))
                .ToArbitrary(),
            name =>
            {
                if (LineProtocolWriter.NameProblem(name) is not null)
                {
                    Assert.True(name.Length == 0 || name[^1] == '\\');
                    return;
                }

                var line = Written(output => LineProtocolWriter.WriteName(name, output)) + "=1";
                Assert.Equal(name, new SmallParser(line).Name("=", ",= "));
            }));

    [Fact]
    public void Float_Finite_RoundTripsBitForBit() => Check.QuickThrowOnFailure(
        Prop.ForAll<double>(value =>
        {
            if (!double.IsFinite(value))
            {
                Assert.Throws<ArgumentOutOfRangeException>(
                    () => LineProtocolWriter.WriteFloat(value, new ArrayBufferWriter<byte>()));
                return;
            }

            var text = Written(output => LineProtocolWriter.WriteFloat(value, output));

            Assert.Equal(
                BitConverter.DoubleToInt64Bits(value),
                BitConverter.DoubleToInt64Bits(double.Parse(text, CultureInfo.InvariantCulture)));
        }));

    [Theory]
    [InlineData("", "it is empty")]
    [InlineData("a\nb", "it has a line end in it")]
    [InlineData("a\\", "it ends with a backslash, which would escape what follows")]
    [InlineData("#a", "it begins with #, which makes a comment of the line")]
    [InlineData("a#", null)]
    public void MeasurementProblem_OfAName_SaysWhy(string name, string? problem) =>
        Assert.Equal(problem, LineProtocolWriter.MeasurementProblem(name));

    [Fact]
    public void Values_AreWrittenWithTheirTypes()
    {
        var line = Written(output =>
        {
            LineProtocolWriter.WriteInteger(long.MinValue, output);
            LineProtocolWriter.WriteUnsigned(ulong.MaxValue, output);
            LineProtocolWriter.WriteBoolean(true, output);
            LineProtocolWriter.WriteBoolean(false, output);
            LineProtocolWriter.WriteBytes([0, 255, 16, 1], output);
            LineProtocolWriter.WriteTimestamp(-5, output);
        });

        Assert.Equal("-9223372036854775808i18446744073709551615utruefalse\"AP8QAQ==\"-5", line);
    }

    private static string Written(Action<ArrayBufferWriter<byte>> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    /// <summary>Half a surrogate pair has no UTF-8.</summary>
    private static string Clean(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));

    private static string Named(string text) => Clean(text);

    /// <summary>
    /// The reference alone: outside of strings a backslash before a special character is left out and that stands for
    /// itself; in strings one before a quote or a backslash.
    /// </summary>
    private sealed class SmallParser(string line)
    {
        private int _at;

        public string Rest => line[_at..];

        public string Name(string end, string special)
        {
            var name = new StringBuilder();
            while (!end.Contains(line[_at], StringComparison.Ordinal))
            {
                var isEscape = line[_at] == '\\' && special.Contains(line[_at + 1], StringComparison.Ordinal);
                _at += isEscape ? 1 : 0;
                name.Append(line[_at++]);
            }

            _at++;
            return name.ToString();
        }

        public string Text()
        {
            var text = new StringBuilder();
            for (_at++; line[_at] != '"'; _at++)
            {
                _at += line[_at] == '\\' && line[_at + 1] is '"' or '\\' ? 1 : 0;
                text.Append(line[_at]);
            }

            _at++;
            return text.ToString();
        }
    }
}
