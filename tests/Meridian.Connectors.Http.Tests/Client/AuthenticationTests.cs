using System.Text;
using Meridian.Connectors.Http.Client;
using Meridian.Connectors.Http.Tests.North;
using Meridian.Connectors.Http.Tests.Peers;
using Meridian.Sdk.Faults;
using Meridian.Sdk.North;
using Meridian.Sdk.Settings;
using Meridian.Testing;

namespace Meridian.Connectors.Http.Tests.Client;

/// <summary>How requests prove who sends them.</summary>
public sealed class AuthenticationTests
{
    private static CancellationToken None => CancellationToken.None;

    private static HttpAuthSettings OAuth(WebServer tokens) => new()
    {
        Type = HttpAuthKind.ClientCredentials,
        TokenUrl = new Uri(tokens.Url, "/token"),
        ClientId = "gate way",
        ClientSecret = new Secret("cl1ent&secret"),
        Scope = "write read",
    };

    [Fact]
    public async Task Basic_GoesWithEachRequest()
    {
        var received = await SendAsync(
            new HttpAuthSettings { Type = HttpAuthKind.Basic, UserName = "Jörg", Password = new Secret("p:w") });

        Assert.Equal($"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes("Jörg:p:w"))}",
            received.Headers["Authorization"]);
    }

    [Fact]
    public async Task Bearer_GoesWithEachRequest()
    {
        var received = await SendAsync(
            new HttpAuthSettings { Type = HttpAuthKind.Bearer, Token = new Secret("t0k") });

        Assert.Equal("Bearer t0k", received.Headers["Authorization"]);
    }

    [Fact]
    public async Task ApiKey_InAHeader_GoesThere()
    {
        var received = await SendAsync(
            new HttpAuthSettings { Type = HttpAuthKind.ApiKey, Key = new Secret("k3y"), KeyName = "X-Key" });

        Assert.Equal("k3y", received.Headers["X-Key"]);
    }

    [Fact]
    public async Task ApiKey_InTheQuery_IsEscapedAndFollowsWhatIsThere()
    {
        var received = await SendAsync(
            new HttpAuthSettings
            {
                Type = HttpAuthKind.ApiKey,
                Key = new Secret("k&3=y"),
                KeyName = "key",
                KeyIn = HttpKeyPlace.Query,
            },
            "?plant=7");

        Assert.Equal("/data?plant=7&key=k%263%3Dy", received.Target);
    }

    [Fact]
    public async Task ClientCredentials_TokenIsKeptAndRenewedBeforeItEnds()
    {
        await using var tokens = await WebServer.StartAsync();
        await using var rig = await NorthRig.NewAsync();
        var time = new ManualTimeProvider();
        rig.UseTime(time);
        tokens.Next(Answers.Token("first", 600), Answers.Token("second", 600));
        var north = await rig.ConnectAsync(rig.Settings with { Auth = OAuth(tokens) });

        await north.HandleValuesAsync(NorthRig.Numbers(0, 1), None);
        time.Advance(TimeSpan.FromSeconds(530));
        await north.HandleValuesAsync(NorthRig.Numbers(1, 1), None);
        time.Advance(TimeSpan.FromSeconds(11));
        await north.HandleValuesAsync(NorthRig.Numbers(2, 1), None);

        Assert.Equal(
            ["Bearer first", "Bearer first", "Bearer second"],
            rig.Server.Received.Select(static one => one.Headers["Authorization"]),
            StringComparer.Ordinal);
        var asked = tokens.Received[0];
        Assert.Equal(
            "grant_type=client_credentials&scope=write%20read", Encoding.UTF8.GetString(asked.Body));
        Assert.Equal("application/x-www-form-urlencoded", asked.Headers["Content-Type"]);
        Assert.Equal(
            $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes("gate%20way:cl1ent%26secret"))}",
            asked.Headers["Authorization"]);
    }

    [Fact]
    public async Task ClientCredentials_TokenRefused_IsRenewedOnceAndTheSameRequestGoesAgain()
    {
        await using var tokens = await WebServer.StartAsync();
        await using var rig = await NorthRig.NewAsync();
        tokens.Next(Answers.Token("first", null), Answers.Token("second", null), Answers.Token("third", null));
        var north = await rig.ConnectAsync(
            rig.Settings with { Auth = OAuth(tokens) with { ClientProof = HttpClientProof.Body } });
        rig.Server.Next(Answers.Status(401), Answers.Status(204), Answers.Status(401), Answers.Status(401));

        var outcome = await north.HandleValuesAsync(NorthRig.Numbers(0, 1), None);
        var fault = await NorthRig.FaultAsync(north);

        var all = rig.Server.Received;
        Assert.Equal(DeliveryOutcome.Delivered, outcome);
        Assert.Equal((all[0].Key, NorthRig.TextOf(all[0])), (all[1].Key, NorthRig.TextOf(all[1])));
        Assert.Equal(
            ["Bearer first", "Bearer second", "Bearer second", "Bearer third"],
            all.Select(static one => one.Headers["Authorization"]),
            StringComparer.Ordinal);
        Assert.Equal((Fault.Unauthorized, true), (fault.Fault, fault.IsTransient));
        Assert.EndsWith(
            "&client_id=gate%20way&client_secret=cl1ent%26secret",
            Encoding.UTF8.GetString(tokens.Received[0].Body),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(401, """{"error":"invalid_client","hint":"cl1ent&secret"}""", Fault.Unauthorized, "clientSecret")]
    [InlineData(503, "", Fault.Unreachable, "no token now")]
    [InlineData(200, "<html>", Fault.Malformed, "no access_token")]
    [InlineData(200, """{"access_token":"with\nline"}""", Fault.Malformed, "no access_token")]
    [InlineData(404, "", Fault.Misconfigured, "tokenUrl")]
    public async Task ClientCredentials_NoToken_SaysWhy(int status, string body, Fault kind, string words)
    {
        await using var tokens = await WebServer.StartAsync();
        await using var rig = await NorthRig.NewAsync();
        tokens.Next(Answers.Status(status, body));

        var fault = await rig.ConnectFaultAsync(rig.Settings with { Auth = OAuth(tokens) });

        Assert.Equal((kind, true), (fault.Fault, fault.IsTransient));
        Assert.Contains(words, fault.Message, StringComparison.Ordinal);
        Assert.Contains($"{tokens.Port}/token", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("cl1ent&secret", fault.ToString(), StringComparison.Ordinal);
    }

    private static async Task<Received> SendAsync(HttpAuthSettings auth, string query = "")
    {
        await using var rig = await NorthRig.NewAsync();
        var north = await rig.ConnectAsync(rig.Settings with { Auth = auth, Url = new Uri(rig.Server.Url + query) });
        await north.HandleValuesAsync(NorthRig.Numbers(0, 1), None);
        return Assert.Single(rig.Server.Received);
    }
}
