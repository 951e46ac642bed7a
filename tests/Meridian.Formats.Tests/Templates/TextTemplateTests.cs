using System.Buffers;
using System.Text;
using Meridian.Formats.Templates;
using Meridian.Sdk.Readings;

namespace Meridian.Formats.Tests.Templates;

public sealed class TextTemplateTests
{
    private const TemplatePlaceholders All = (TemplatePlaceholders)127;

    private static readonly TemplateArguments Arguments = new()
    {
        Topic = "plant/line1//temp",
        Item = "all",
        South = "broker",
        Reading = new Reading(
            "line1/temp",
            new DateTimeOffset(2026, 11, 21, 12, 15, 0, TimeSpan.FromHours(2)),
            ReadingValue.From(21.5),
            new Quality(0x8007_0000)),
    };

    [Theory]
    [InlineData("", "")]
    [InlineData("plain", "plain")]
    [InlineData("{topic}", "plant/line1//temp")]
    [InlineData("{topic[0]}-{topic[1]}-{topic[2]}-{topic[3]}-{topic[4]}", "plant-line1--temp-")]
    [InlineData("{south}/{item}/{point}", "broker/all/line1/temp")]
    [InlineData("{Value}", "21.5")]
    [InlineData("{timestamp} {quality}", "2026-11-21T10:15:00.0000000Z bad 0x80070000")]
    [InlineData("{{{item}}} °C", "{all} °C")]
    [InlineData("{timestamp:iso}", "2026-11-21T10:15:00.0000000Z")]
    [InlineData("{timestamp:unixSeconds}", "1795256100")]
    [InlineData("{timestamp:UNIXMILLISECONDS}", "1795256100000")]
    [InlineData("{timestamp:unixMicroseconds}/{timestamp:unixNanoseconds}", "1795256100000000/1795256100000000000")]
    [InlineData("{timestamp:yyyy-MM-dd HH:mm:ss.fff} x", "2026-11-21 10:15:00.000 x")]
    [InlineData("{timestamp:yyyy'w'MMM}", "2026wNov")]
    public void Render_Template_FillsIt(string text, string expected)
    {
        Assert.True(TextTemplate.TryCompile(text, All, out var template, out _));
        var output = new ArrayBufferWriter<byte>();

        template.Render(Arguments, output);

        Assert.Equal(expected, Encoding.UTF8.GetString(output.WrittenSpan));
        Assert.Equal(expected, template.Render(Arguments));
        Assert.Equal(text, template.ToString());
    }

    [Theory]
    [InlineData("{nonsense}", "{nonsense}")]
    [InlineData("{}", "{}")]
    [InlineData("{item[1]}", "only topic and point have levels")]
    [InlineData("{topic[x]}", "only topic and point have levels")]
    [InlineData("{topic[-1]}", "only topic and point have levels")]
    [InlineData("{topic[}", "only topic and point have levels")]
    [InlineData("{1}", "{1}")]
    [InlineData("{timestamp:unix}", "the letter 'u' means nothing in a pattern; write iso, unixSeconds,")]
    [InlineData("{timestamp:unixMillis}", "the letter 'u' means nothing in a pattern")]
    [InlineData("{timestamp:}", "a format has 2 to 64 characters")]
    [InlineData("{timestamp:d}", "a format has 2 to 64 characters")]
    [InlineData("{timestamp:yyyy'}", "that is no pattern")]
    [InlineData("{timestamp:ffffffffff}", "that is no pattern")]
    [InlineData("{value:0.0}", "only timestamp has a format")]
    [InlineData("{topic[0]:iso}", "only timestamp has a format")]
    [InlineData("{timestamp[0]:iso}", "only topic and point have levels")]
    [InlineData("{topic", "never closes")]
    [InlineData("topic}", "never opened")]
    public void Compile_Invalid_IsReportedInWords(string text, string words)
    {
        Assert.False(TextTemplate.TryCompile(text, All, out _, out var problems));

        Assert.Contains(words, Assert.Single(problems), StringComparison.Ordinal);
    }

    [Fact]
    public void Compile_SeveralMistakes_AllAreReportedWithWhatIsAllowed()
    {
        var allowed = TemplatePlaceholders.Topic | TemplatePlaceholders.Item;

        Assert.False(TextTemplate.TryCompile("{value}/{x}/}", allowed, out _, out var problems));

        Assert.Equal(3, problems.Count);
        Assert.Contains("use {topic}, {topic[0]}, {item}", problems[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("unixSeconds", "-1")]
    [InlineData("unixMilliseconds", "-1")]
    [InlineData("unixMicroseconds", "-1")]
    [InlineData("unixNanoseconds", "-100")]
    public void Render_TickBefore1970_IsRoundedDown(string format, string expected)
    {
        Assert.True(TextTemplate.TryCompile($"{{timestamp:{format}}}", All, out var template, out _));
        var before = new Reading("p", DateTimeOffset.UnixEpoch.AddTicks(-1), default);

        Assert.Equal(expected, template.Render(new TemplateArguments { Reading = before }));
    }

    [Fact]
    public void Render_LastInstantOfAll_HasAllItsNanoseconds()
    {
        Assert.True(TextTemplate.TryCompile("{timestamp:unixNanoseconds}", All, out var template, out _));
        var last = new Reading("p", DateTimeOffset.MaxValue, default);

        Assert.Equal("253402300799999999900", template.Render(new TemplateArguments { Reading = last }));
    }

    [Fact]
    public void Names_SameTopic_GiveTheSameInstance()
    {
        Assert.True(TextTemplate.TryCompile("{south}.{topic[1]}", All, out var template, out _));
        var names = new TopicNames(template, "i", "s");

        var name = names.NameOf("a/b");

        Assert.Equal("s.b", name);
        Assert.Same(name, names.NameOf("a/b".AsSpan()));
        Assert.Same(name, names.NameOf("a/b"u8));
    }

    [Fact]
    public void Names_MoreThanTheyHold_ForgetOnlyTheOld()
    {
        Assert.True(TextTemplate.TryCompile("n/{topic}", All, out var template, out _));
        var names = new TopicNames(template, "i", "s", capacity: 4);
        var kept = names.NameOf("kept");

        for (var i = 0; i < 100; i++)
        {
            Assert.Equal($"n/{i}", names.NameOf($"{i}"));
            Assert.Same(kept, names.NameOf("kept"));
        }

        Assert.Equal("n/" + new string('x', 60_000), names.NameOf(Encoding.UTF8.GetBytes(new string('x', 60_000))));
    }

    [Fact]
    public void Names_TemplateNeedsAValue_AreRefused()
    {
        Assert.True(TextTemplate.TryCompile("{value}", All, out var template, out _));

        Assert.Throws<ArgumentException>(() => new TopicNames(template, "i", "s"));
    }
}
