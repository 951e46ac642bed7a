using Meridian.Sdk.Settings;

namespace Meridian.Configuration.Tests.Binding;

public sealed class SettingsBinderTests
{
    [Fact]
    public void Binder_EveryKind_Binds()
    {
        var settings = Sample.BindSouth("""
            "host": "h", "port": 1e3, "small": 65535, "large": -9223372036854775808, "ratio": 1e-3, "price": 1.10,
            "clean": true, "separator": ";", "timeout": "00:00:10", "keepAlive": "1.5 min", "buffer": "2 MiB",
            "server": "tcp://host:1883", "id": "6f9619ff-8b86-4011-b42d-00c04fc964ff",
            "since": "2026-01-31T12:00:00+02:00", "password": "abc", "brokers": ["x", "y"], "numbers": [1, 2],
            "payloads": [ { "format": "3.1.1" }, { "format": "plainNumber" } ], "weights": { "a": 1, "b": 2 },
            "payload": { "value": "v" }, "even": 2
            """);

        Assert.Equal(("h", 1000, (ushort)65535), (settings.Host, settings.Port, settings.Small));
        Assert.Equal((long.MinValue, 0.001, 1.10m), (settings.Large, settings.Ratio, settings.Price));
        Assert.Equal((true, ';'), (settings.Clean, settings.Separator));
        Assert.Equal((TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(90)), (settings.Timeout, settings.KeepAlive));
        Assert.Equal(new ByteSize(2 << 20), settings.Buffer);
        Assert.Equal(new Uri("tcp://host:1883"), settings.Server);
        Assert.Equal(new DateTimeOffset(2026, 1, 31, 10, 0, 0, TimeSpan.Zero), settings.Since);
        Assert.Equal(TimeSpan.Zero, settings.Since?.Offset);
        Assert.Equal("abc", settings.Password?.Reveal());
        Assert.Equal(["x", "y"], settings.Brokers);
        Assert.Equal([1, 2], settings.Numbers);
        Assert.Equal(
            [ProbeFormat.Version311, ProbeFormat.PlainNumber], settings.Payloads.Select(entry => entry.Format));
        Assert.Equal(2, settings.Weights["b"]);
        Assert.Equal(new PayloadSettings { Value = "v" }, settings.Payload);
        Assert.Equal(2, settings.Even);
    }

    [Fact]
    public void Binder_NothingSet_KeepsTheRecordsOwnDefaults() =>
        Assert.Equivalent(new ProbeSettings(), Sample.BindSouth(string.Empty));

    [Fact]
    public void Binder_Null_IsTheSameAsLeftOut() =>
        Assert.Equivalent(new ProbeSettings(), Sample.BindSouth("\"host\": null, \"large\": null, \"timeout\": null"));

    [Theory]
    [InlineData(
        "\"port\": \"1883\"",
        "'port' must be a whole number, such as 10; found the text \"1883\". Write it without quotes.")]
    [InlineData("\"port\": \"abc\"", "'port' must be a whole number, such as 10; found the text \"abc\".")]
    [InlineData("\"port\": 1.5", "'port' must be a whole number, such as 10; found the number 1.5.")]
    [InlineData("\"port\": true", "'port' must be a whole number, such as 10; found true.")]
    [InlineData("\"port\": {}", "'port' must be a whole number, such as 10; found an object.")]
    [InlineData(
        "\"small\": 65536",
        "'small' must be a whole number, such as 10; found the number 65536. It can be from 0 to 65535.")]
    [InlineData("\"ratio\": 1e999", "'ratio' must be a number, such as 1.5; found the number 1e999.")]
    [InlineData("\"host\": 5", "'host' must be a text, such as \"text\"; found the number 5. Write it in quotes.")]
    [InlineData("\"host\": []", "'host' must be a text, such as \"text\"; found a list.")]
    [InlineData(
        "\"clean\": \"true\"",
        "'clean' must be true or false, such as true; found the text \"true\". Write it without quotes.")]
    [InlineData("\"clean\": 1", "'clean' must be true or false, such as true; found the number 1.")]
    [InlineData(
        "\"separator\": \";;\"",
        "'separator' must be one character in quotes, such as \";\"; found the text \";;\".")]
    [InlineData(
        "\"timeout\": 10",
        "'timeout' must be a duration with its unit (us, ms, s, min, h, d), such as \"10 s\"; found the number 10.")]
    [InlineData(
        "\"timeout\": \"10\"",
        "'timeout' must be a duration with its unit (us, ms, s, min, h, d), such as \"10 s\"; found the text \"10\".")]
    [InlineData(
        "\"buffer\": \"many\"",
        "'buffer' must be an amount of bytes, such as \"64 MiB\"; found the text \"many\".")]
    [InlineData(
        "\"server\": \"/data\"",
        "'server' must be an absolute address, such as \"https://host:8080/path\"; found the text \"/data\".")]
    [InlineData(
        "\"since\": \"2026-01-31T12:00:00\"",
        "'since' must be an instant with its time zone, such as \"2026-01-31T12:00:00Z\"; "
        + "found the text \"2026-01-31T12:00:00\".")]
    [InlineData("\"brokers\": \"x\"", "'brokers' must be a list; found the text \"x\". Write it in [ ].")]
    [InlineData("\"payload\": \"json\"", "'payload' must be an object; found the text \"json\".")]
    [InlineData("\"weights\": []", "'weights' must be an object; found a list.")]
    public void Binder_WrongType_SaysWhatWasFoundAndWhatIsExpected(string settings, string message) =>
        Assert.Equal(message, Sample.OnlyProblem(settings).Message);

    [Theory]
    [InlineData("\"brokers\": [\"x\", 5]", "souths[0].settings.brokers[1]")]
    [InlineData("\"payloads\": [{}, { \"format\": \"x\" }]", "souths[0].settings.payloads[1].format")]
    [InlineData("\"weights\": { \"a\": \"x\" }", "souths[0].settings.weights.a")]
    [InlineData("\"weights\": { \"a\": 1, \"a\": 2 }", "souths[0].settings.weights.a")]
    [InlineData("\"numbers\": [null]", "souths[0].settings.numbers[0]")]
    public void Binder_MistakeWithin_HasItsPath(string settings, string path) =>
        Assert.Equal(path, Sample.OnlyProblem(settings).Path);

    [Fact]
    public void Binder_SeveralMistakesInOneObject_AreAllReported()
    {
        var result = Sample.ReadSouth("""
            "prot": 1, "port": 0, "host": 1, "payloads": [ { "format": 1, "valeu": "" }, 7 ], "brokers": []
            """);

        Assert.Equal(
            ["prot", "port", "host", "payloads[0].format", "payloads[0].valeu", "payloads[1]", "brokers"],
            result.Problems.Select(problem => problem.Path["souths[0].settings.".Length..]),
            StringComparer.Ordinal);
    }

    [Fact]
    public void Binder_PropertyTwice_NamesBothLines()
    {
        var problem = Sample.OnlyProblem("\"host\": \"a\",\n\"host\": \"b\"");

        Assert.Equal(2, problem.Line);
        Assert.Equal("'host' is set twice, first in line 1; remove one of the two.", problem.Message);
    }

    [Fact]
    public void Binder_UnknownProperty_ListsWhatIsKnown()
    {
        var result = Sample.Read("""{ "gateway": { "xyzzy": 1 } }""");

        Assert.Equal(
            "'xyzzy' is not known here; known: name, drainTime, journal.", Assert.Single(result.Problems).Message);
    }

    [Fact]
    public void Binder_RecordRefusesAValue_ItsWordsAreTheProblem()
    {
        var problem = Sample.OnlyProblem("\"even\": 3");

        Assert.Equal(("souths[0].settings.even", "'even' must be even."), (problem.Path, problem.Message));
    }

    [Theory]
    [InlineData("\"password\": 12345678")]
    [InlineData("\"password\": \"x1\"")]
    [InlineData("\"password\": [\"12345678\"]")]
    public void Binder_FaultySecret_IsNeverRepeated(string settings)
    {
        var message = Sample.OnlyProblem(settings).Message;

        Assert.DoesNotContain("1234", message, StringComparison.Ordinal);
        Assert.DoesNotContain("x1", message, StringComparison.Ordinal);
    }
}
