using System.Globalization;
using Meridian.Fixtures;
using Meridian.Mqtt.Testing;

namespace Meridian.EndToEnd.Tests.Cli;

/// <summary>
/// <c>meridian mqtt</c> as somebody types it who has not read the help: one calm sentence, an exit code that says of
/// what kind it was, and nothing else.
/// </summary>
public sealed class MqttBadInputTests
{
    [Theory]
    // The broker's address.
    [InlineData(2, "such as mqtt://localhost:1883", "pub -t t -m x -L localhost:1883")]
    [InlineData(2, "'mqqt' is not one of mqtt://", "pub -t t -m x -L mqqt://localhost")]
    [InlineData(2, "99999", "pub -t t -m x -L mqtt://localhost:99999")]
    [InlineData(2, "three slashes", "pub -t t -m x -L unix://m.sock")]
    [InlineData(2, "'abc'; it must be a number between 1 and 65535", "pub -t t -m x -p abc")]
    [InlineData(2, "'70000'; it must be a number between 1 and 65535", "pub -t t -m x -p 70000")]
    [InlineData(2, "is not socks5://host", "pub -t t -m x -p PORT --proxy ftp://x")]
    [InlineData(1, "it has a name that cannot be resolved", "pub -t t -m x -H no-such-host.invalid")]
    [InlineData(1, "it refuses connections", "pub -t t -m x -p FREE")]
    [InlineData(
        1, "its proxy socks5://127.0.0.1:FREE refuses", "pub -t t -m x -p PORT --proxy socks5://127.0.0.1:FREE")]
    [InlineData(1, "check the port", "pub -t t -m x -L mqtts://127.0.0.1:PORT")]
    [InlineData(1, "speaks WebSocket", "pub -t t -m x -L ws://127.0.0.1:PORT")]
    // Topics and filters.
    [InlineData(2, "contains a wildcard", "pub -t a/# -m x -p PORT -q 1")]
    [InlineData(2, "wildcards are for 'mqtt sub'", "pub -t a/+/b -m x -p PORT")]
    [InlineData(2, "'--topic' is required", "pub -m x -p PORT")]
    [InlineData(2, "at least one --topic", "sub -p PORT")]
    [InlineData(2, "'#' is not alone in the last level", "sub -t a/#/b -p PORT")]
    [InlineData(2, "--will-topic", "pub -t t -m x -p PORT --will-topic w/#")]
    // Numbers and choices.
    [InlineData(2, "--qos is '5'; it must be one of 0, 1, 2", "pub -t t -m x -p PORT -q 5")]
    [InlineData(2, "--count is '0'", "sub -t t -C 0 -p PORT")]
    [InlineData(2, "--count is 'all'", "sub -t t -C all -p PORT")]
    [InlineData(2, "must be text, hex, json or a template such as '%t %p'", "sub -t t --format xml -p PORT")]
    [InlineData(2, "'--qso'", "pub -t t -m x -p PORT --qso 1")]
    // Files.
    [InlineData(2, "'FOLDER/no.pem' does not exist", "pub -t t -m x -L mqtts://a --ca-file FOLDER/no.pem")]
    [InlineData(2, "holds no certificate", "pub -t t -m x -L mqtts://a --ca-file FOLDER/text")]
    [InlineData(2, "'FOLDER' is a folder", "pub -t t -f FOLDER -p PORT")]
    [InlineData(2, "'FOLDER/no' does not exist", "pub -t t -f FOLDER/no -p PORT")]
    [InlineData(2, "'FOLDER/no' does not exist", "pub -t t -m x -u a --password-file FOLDER/no -p PORT")]
    // Who it is.
    [InlineData(3, "UserName or Password are wrong", "pub -t t -m x -p SHUT -u ada -P wrong")]
    [InlineData(3, "UserName or Password are wrong", "sub -t t -p SHUT -u ada -P wrong")]
    [InlineData(2, "add --user NAME", "pub -t t -m x -p PORT -P alone")]
    public async Task CommandLine_WithAMistake_IsOneSentenceAndItsExitCode(int code, string words, string line)
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder.At("text"), "no certificate");
        await using var open = await MqttTestBroker.StartAsync();
        await using var shut = await MqttTestBroker.StartAsync(
            new MqttTestBrokerOptions { UserName = "ada", Password = "right" });
        var free = FreePort.Next();

        await using var run = GatewayProcess.Start(["mqtt", .. Fill(line).Split(' ')]);

        Assert.Equal(code, await run.Process.WaitForExitAsync());
        var said = run.Process.Lines
            .Where(static text => text.Length > 0 && !text.StartsWith("See '", StringComparison.Ordinal))
            .ToList();
        Assert.Contains(said, text => text.Contains(Fill(words), StringComparison.Ordinal));
        Assert.InRange(said.Count, 1, 2);
        Assert.All(
            (string[])["   at ", "Exception", "(Parameter", "wrong@"],
            noise => Assert.DoesNotContain(noise, run.Process.Log, StringComparison.Ordinal));
        Assert.Empty(open.Received);

        string Fill(string text) => text
            .Replace("PORT", open.Port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("SHUT", shut.Port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("FREE", free.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("FOLDER", folder.Path, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mqtt pub -q 5", "See 'meridian mqtt pub --help'.")]
    [InlineData("mqtt pubb", "See 'meridian mqtt --help'.")]
    [InlineData("check --nope", "See 'meridian check --help'.")]
    [InlineData("demo --seconds soon", "--seconds is 'soon'; it must be a number between 1 and 86400.")]
    public async Task CommandLine_ThatCannotBeRead_PointsAtTheHelpAndDoesNotPrintIt(string line, string expected)
    {
        await using var run = GatewayProcess.Start(line.Split(' '));

        Assert.Equal(2, await run.Process.WaitForExitAsync());
        Assert.Contains(expected, run.Process.Lines, StringComparer.Ordinal);
        Assert.DoesNotContain("Usage:", run.Process.Log, StringComparison.Ordinal);
        Assert.InRange(run.Process.Lines.Count, 2, 8);
    }
}
