using Meridian.Connectors.Http.Client;
using Meridian.Connectors.Http.South;
using Meridian.Connectors.Http.South.Paging;
using Meridian.Fixtures;
using Meridian.Formats.Csv;
using Meridian.Formats.Rows;
using Meridian.Formats.Times;
using Meridian.Sdk.Settings;
using Meridian.Sdk.South;

namespace Meridian.Connectors.Http.Tests.South;

public sealed class HttpSouthCheckTests
{
    private static readonly HttpSouthSettings Settings = SouthRig.SettingsOf(new Uri("https://api.example/v1"));

    private static HttpPagingSettings Paging(HttpPagingKind kind) => new() { Kind = kind };

    public static TheoryData<string, HttpItemSettings> Wrong
    {
        get
        {
            var past = SouthRig.Past;
            return new TheoryData<string, HttpItemSettings>
            {
                { "path", past with { Path = "https://other.example/x" } },
                { "path", past with { Path = "x#y" } },
                { "path", past with { Query = new Dictionary<string, string>(StringComparer.Ordinal) } },
                { "mode", SouthRig.Now with { Path = "x?since=@StartTime" } },
                { "headers.Bad Name", past with { Headers = Headers("Bad Name", "x") } },
                { "headers.Host", past with { Headers = Headers("Host", "x") } },
                { "headers.authorization", past with { Headers = Headers("authorization", "x") } },
                { "records", past with { Records = "data[*]" } },
                { "times.timeZone", past with { Times = new TimestampSpec { TimeZone = "Mars/Base" } } },
                { "times.pattern", past with { Times = new TimestampSpec { Format = TimeFormat.Custom } } },
                { "rows.point", past with { Rows = new RowSpec { Point = "{nothing}" } } },
                { "rows.timeColumn", past with { Rows = new RowSpec { TimeColumn = "$..t" } } },
                {
                    "csv.delimiter",
                    past with { Format = HttpAnswerFormat.Csv, Csv = new CsvInputSpec { Delimiter = 'x' } }
                },
                { "contentType", past with { ContentType = "json" } },
                { "paging.kind", past with { Path = "p@Page" } },
                {
                    "paging.kind",
                    past with
                    {
                        Format = HttpAnswerFormat.Csv, Paging = Paging(HttpPagingKind.Link) with { LinkPath = "$.n" },
                    }
                },
                { "paging.cursorPath", past with { Paging = Paging(HttpPagingKind.Cursor) } },
                { "paging.size", past with { Paging = Paging(HttpPagingKind.Offset) } },
            };
        }
    }

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Find_OneThingWrong_FindsItsPath(string path, HttpItemSettings item)
    {
        var settings = Settings with
        {
            Auth = new HttpAuthSettings { Type = HttpAuthKind.Bearer, Token = new Secret("t") },
        };

        var problem = Assert.Single(HttpSouthCheck.Find(
            settings, [new Item("good", SouthRig.Past), new Item("wrong", item)]));

        Assert.Equal("items[1]." + path, problem.Path);
        Assert.EndsWith(".", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<a>; rel=next", "a")]
    [InlineData("<a>; rel=\"prev\", <b>; REL=\"x next\"", "b")]
    [InlineData("<a,;\"b>;title=\"x, <y>; rel=next\";rel=next", "a,;\"b")]
    [InlineData("<a>; rel=prev; rel=next", null)]
    [InlineData("<a>; rel=next; anchor=\"/other\"", null)]
    [InlineData("<a>", null)]
    [InlineData("a; rel=next", null)]
    [InlineData("<a; rel=next", null)]
    [InlineData("", null)]
    public void LinkHeader_OfAnyForm_FindsTheNext(string value, string? expected) =>
        Assert.Equal(expected, LinkHeader.FindNext([value]));

    [Fact]
    public void LinkHeader_MutatedAndRandom_NeverThrowsAndEnds()
    {
        const int Seed = 20260308;
        const string Letters = "<>;,=\"\\ relnextanchor\t'/a";
        var random = new Random(Seed);
        var whole = "<https://x/?p=2>; rel=\"next\"; title=\"a, \\\"b\", <c>; rel=prev";
        for (var run = TestMode.IsLong ? 1_000_000 : 20_000; run > 0; run--)
        {
            var text = random.Next(2) == 0
                ? string.Concat(Enumerable.Range(0, random.Next(40)).Select(_ => Letters[random.Next(Letters.Length)]))
                : Mutated(whole, random, Letters);

            var next = LinkHeader.FindNext([text]);

            Assert.True(next is null || text.Contains(next, StringComparison.Ordinal), $"Seed {Seed}: {text}");
        }
    }

    private static string Mutated(string text, Random random, string letters)
    {
        var all = text.ToCharArray();
        for (var change = random.Next(1, 4); change > 0; change--)
        {
            all[random.Next(all.Length)] = letters[random.Next(letters.Length)];
        }

        return new string(all, 0, random.Next(all.Length + 1));
    }

    private static Dictionary<string, string> Headers(string name, string value) =>
        new(StringComparer.Ordinal) { [name] = value };
}
