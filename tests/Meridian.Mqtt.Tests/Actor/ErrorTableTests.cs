using System.Text;
using Meridian.Fixtures;
using Meridian.Mqtt.Actor;

namespace Meridian.Mqtt.Tests.Actor;

/// <summary>The page on the actor lists every error as it is.</summary>
public sealed class ErrorTableTests
{
    private const string Page = "docs/mqtt/actor.md";
    private const string Begin = "<!-- errors: written by a test -->\n";
    private const string End = "<!-- end of errors -->\n";

    // The seed's, in its order and our spelling.
    private static readonly string[] Seed =
    [
        "ConnectConnected", "ConnectSocket", "DisconnectDisconnected", "SubscribeTopic", "SubscribeQos",
        "SubscribeConnected", "UnsubscribeTopic", "UnsubscribeConnected", "PublishTopic", "PublishConnected",
        "ConnectFailedRetry", "ConnectFailed", "SocketRetry", "Socket", "TlsConfiguration", "TlsAuthentication",
        "ConnectProtocolRetry", "ConnectProtocol", "ConnectId", "ConnectServerRetry", "ConnectServer",
        "ConnectAuthentication", "ConnectAuthorization", "SubscribeFailure", "ServerCode", "UnknownCode",
        "UnexpectedFormat",
    ];

    [Fact]
    public void Errors_OfTheSeed_AreAllThere() =>
        Assert.Equal(Seed, Enum.GetNames<MqttError>().Take(27), StringComparer.Ordinal);

    [Fact]
    public void Error_OfEachKind_HasATextOfItsOwn()
    {
        var texts = Enum.GetValues<MqttError>().Select(static error => error.Text()).ToList();

        Assert.All(texts, static text => Assert.EndsWith(".", text, StringComparison.Ordinal));
        Assert.Equal(texts.Count, texts.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void Page_OnTheActor_HasTheTableOfErrors()
    {
        var page = File.ReadAllText(Path.Combine(RepositoryRoot.Path, Page));
        var begin = page.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        var end = page.IndexOf(End, StringComparison.Ordinal);

        var made = page[..begin] + Table() + page[end..];

        Assert.Equal(ApprovedText.Of(Page, made), made);
    }

    [Fact]
    public void Page_OnTheActor_ShowsTheSampleThatIsRun()
    {
        var page = File.ReadAllText(Path.Combine(RepositoryRoot.Path, Page));
        var source = File.ReadAllLines(
            Path.Combine(RepositoryRoot.Path, "tests/Meridian.Mqtt.Tests/Actor/SampleTests.cs"));

        var sample = source
            .SkipWhile(static line => !line.Contains("// Sample", StringComparison.Ordinal))
            .Skip(1)
            .TakeWhile(static line => !line.Contains("// End", StringComparison.Ordinal));

        Assert.All(sample, line => Assert.Contains(line.Trim(), page, StringComparison.Ordinal));
    }

    private static string Table()
    {
        var table = new StringBuilder("| error | meaning | ends the connection | tries again |\n");
        table.Append("| --- | --- | --- | --- |\n");
        foreach (var error in Enum.GetValues<MqttError>())
        {
            var again = error.Retry() switch
            {
                MqttErrorRetry.Always => "yes",
                MqttErrorRetry.WhereConfigured => "where configured",
                _ => "no",
            };
            var mark = Seed.Contains(error.ToString(), StringComparer.Ordinal) ? "" : " +";
            var ends = error == MqttError.NotifyFailed ? "at QoS 1 and 2" : error.EndsConnection() ? "yes" : "no";
            table.Append(null, $"| `{error}`{mark} | {error.Text()} | {ends} | {again} |\n");
        }

        return table.ToString();
    }
}
