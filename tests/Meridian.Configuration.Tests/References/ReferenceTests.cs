namespace Meridian.Configuration.Tests.References;

public sealed class ReferenceTests
{
    private readonly FakeEnvironment _environment = new()
    {
        Variables = { ["HOST"] = "db.plant", ["PORT"] = "1885", ["ON"] = "true", ["PASS"] = "geheim", ["EMPTY"] = "" },
        Files = { ["/run/secret"] = "from file\n" },
    };

    [Fact]
    public void Reference_InTexts_IsFollowedAnywhere()
    {
        var settings = Sample.BindSouth(
            """
            "host": "a.${env:HOST}.${env:HOST}!", "port": "${env:PORT}", "clean": "${env:ON}",
            "password": "${env:PASS}", "server": "tcp://${env:HOST}:${env:PORT}"
            """,
            _environment);

        Assert.Equal("a.db.plant.db.plant!", settings.Host);
        Assert.Equal((1885, true), (settings.Port, settings.Clean));
        Assert.Equal("geheim", settings.Password?.Reveal());
        Assert.Equal(new Uri("tcp://db.plant:1885"), settings.Server);
    }

    [Fact]
    public void Reference_ToFileInSecret_IsReadWithoutItsLastNewline() =>
        Assert.Equal(
            "from file", Sample.BindSouth("\"password\": \"${file:/run/secret}\"", _environment).Password?.Reveal());

    [Theory]
    [InlineData("$${env:HOST}", "${env:HOST}")]
    [InlineData("${name}/{topic}/$$/${", "${name}/{topic}/$$/${")]
    [InlineData("a$${b", "a$${b")]
    [InlineData("x${env:EMPTY}y", "xy")]
    public void Reference_EscapedOrNone_StaysText(string text, string expected) =>
        Assert.Equal(expected, Sample.BindSouth($"\"host\": \"{text}\"", _environment).Host);

    [Theory]
    [InlineData("host", "${env:NONE}", "The environment variable 'NONE' is not set")]
    [InlineData("host", "${file:/run/secret}", "A file is read only for a secret")]
    [InlineData("host", "${env:HOST", "has no end")]
    [InlineData("host", "${evn:HOST}", "did you mean 'env'?")]
    [InlineData("password", "${env:NONE}", "The environment variable 'NONE' is not set")]
    [InlineData("password", "${file:/none}", "The file '/none' cannot be read: No such file.")]
    [InlineData("password", "${ENV:PASS}", "did you mean 'env'?")]
    [InlineData("password", "${encrypted:abc}", "This secret cannot be read: There is no key.")]
    [InlineData("host", "${encrypted:abc}", "Only secrets are encrypted")]
    public void Reference_LeadsNowhere_IsAProblem(string name, string text, string words)
    {
        var problem = Assert.Single(Sample.ReadSouth($"\"{name}\": \"{text}\"", environment: _environment).Problems);

        Assert.Equal($"souths[0].settings.{name}", problem.Path);
        Assert.Contains(words, problem.Message, StringComparison.Ordinal);
    }

    /// <summary>What it stands for may be a password, put into the wrong setting.</summary>
    [Theory]
    [InlineData("\"port\": \"${env:PASS}\"", "'port' must be", "found the text \"${env:PASS}\"")]
    [InlineData("\"timeout\": \"a${env:PASS}b\"", "'timeout' must be", "found the text \"a${env:PASS}b\"")]
    [InlineData("\"server\": \"${env:PASS}\"", "'server' must be", "found the text \"${env:PASS}\"")]
    [InlineData("\"payload\": { \"format\": \"${env:PASS}\" }", "'format' must be", "the text \"${env:PASS}\"")]
    [InlineData("\"numbers\": [ \"${env:PASS}\" ]", "'numbers[0]' must be", "found the text \"${env:PASS}\"")]
    [InlineData("\"weights\": { \"a\": \"${env:PASS}\" }", "'a' must be", "found the text \"${env:PASS}\"")]
    [InlineData("\"word\": \"a${env:PASS}1\"", "'word' is \"a${env:PASS}1\"; it must be lower-case letters")]
    [InlineData("\"role\": \"${env:ROLE}\"", "'role' is \"${env:ROLE}\"; it must not be")]
    [InlineData("\"port\": \"${env:DIGITS}\"", "'port' is \"${env:DIGITS}\"; it must be at least 1 and")]
    [InlineData("\"small\": \"${env:DIGITS}\"", "'small' must be", "found the text \"${env:DIGITS}\"")]
    public void Reference_ToWhatDoesNotFit_IsShownAsWritten(string settings, params string[] words)
    {
        _environment.Variables["PASS"] = "Geheim-7";
        _environment.Variables["DIGITS"] = "8675309";
        _environment.Variables["ROLE"] = "root";

        var problem = Assert.Single(Sample.ReadSouth(settings, environment: _environment).Problems);

        Assert.All(words, word => Assert.Contains(word, problem.Message, StringComparison.Ordinal));
        Assert.DoesNotContain("Geheim", problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("8675309", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "gateway": { "name": "${env:PASS}!" } }""", "'name' is \"${env:PASS}!\"")]
    [InlineData(
        """{ "souths": [ { "name": "a", "type": "${env:PASS}", "settings": {}, "items": [] } ] }""",
        "'type' is \"${env:PASS}\"")]
    [InlineData(
        """{ "souths": [ { "name": "a", "type": "probe", "schedule": "${env:PASS}", "settings": {} } ] }""",
        "'schedule' is \"${env:PASS}\"")]
    [InlineData(
        """{ "schedules": [ { "name": "a", "cron": "${env:PASS}" } ] }""", "'cron' is \"${env:PASS}\"")]
    [InlineData(
        """{ "schedules": [ { "name": "a", "cron": "0 0 6 ? * *", "timeZone": "${env:PASS}" } ] }""",
        "'timeZone' is \"${env:PASS}\"")]
    [InlineData(
        """{ "souths": [ { "name": "a", "type": "probe", "schedule": "x${env:PASS}", "settings": {} } ] }""",
        "'schedule' is \"x${env:PASS}\"")]
    [InlineData(
        """{ "souths": [ { "name": "a", "type": "probe", "schedule": "${env:PIN}", "settings": {} } ] }""",
        "'schedule' is \"${env:PIN}\"")]
    [InlineData(
        """{ "souths": [ { "name": "a", "type": "probe", "schedule": "${env:LONG}", "settings": {} } ] }""",
        "'schedule' is \"${env:LONG}\"")]
    [InlineData(
        """{ "souths": [ { "name": "a", "type": "x${env:PASS}", "settings": {}, "items": [] } ] }""",
        "'type' is \"x${env:PASS}\"")]
    [InlineData(
        """{ "schedules": [ { "name": "a", "cron": "0 0 6 ? * x${env:PASS}" } ] }""",
        "'cron' is \"0 0 6 ? * x${env:PASS}\"")]
    [InlineData(
        """{ "norths": [ { "name": "n", "type": "probe", "from": [ "x${env:PASS}" ], "settings": {} } ] }""",
        "'from' names the South \"x${env:PASS}\"")]
    public void Reference_ToANameThatIsNone_IsShownAsWritten(string json, string words)
    {
        _environment.Variables["PASS"] = "Geheim-7";
        _environment.Variables["PIN"] = "qzq";
        _environment.Variables["LONG"] = string.Concat(Enumerable.Repeat("Geheim-777", 10));

        var problems = Sample.Read(json, _environment).Problems;

        Assert.Contains(problems, problem => problem.Message.Contains(words, StringComparison.Ordinal));
        Assert.All(problems, problem =>
        {
            Assert.DoesNotContain("Geheim", problem.Message, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("qzq", problem.Message, StringComparison.OrdinalIgnoreCase);
        });
    }

    [Fact]
    public void Reference_InListAndName_IsFollowed()
    {
        var result = Sample.Read(
            """{ "gateway": { "name": "${env:HOST}-gw" } }""", _environment);

        Assert.Equal("db.plant-gw", result.Config?.Gateway.Name);
    }
}
