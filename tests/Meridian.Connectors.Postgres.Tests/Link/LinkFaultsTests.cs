using Meridian.Fixtures;
using Meridian.Sdk.Faults;
using Meridian.Sdk.Settings;
using Meridian.Testing.Peers;

namespace Meridian.Connectors.Postgres.Tests.Link;

/// <summary>
/// What is wrong between here and the server, for the North and the South alike: it is said in words that help, comes
/// right by itself once it is mended where it is wrong, and then each datum has been carried once.
/// </summary>
public sealed class LinkFaultsTests
{
    private const string Http = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n";

    // Said without being asked.
    private const string Ssh = "SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n";

    // A way to prove who one is that nobody knows.
    private const string UnknownAuthentication = "R\0\0\0\b\0\0\0\u00FF";

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    public static TheoryData<bool> Sides => [true, false];

    [Theory]
    [MemberData(nameof(Sides))]
    public async Task Host_ThatNobodyKnows_IsSaid(bool isNorth)
    {
        await using var rig = await LinkRig.NewAsync(isNorth);

        var fault = await rig.Make(rig.Settings with { Host = "no-such-host.invalid" }).ConnectFaultAsync();

        Says(fault, Fault.Unreachable, "the name 'no-such-host.invalid' is not known", "Check settings.host");
    }

    [Theory]
    [MemberData(nameof(Sides))]
    public async Task Port_ThatNobodyServes_RefusesUntilTheServerIsThere(bool isNorth)
    {
        await using var rig = await LinkRig.NewAsync(isNorth);
        await using var relay = TcpRelay.Start("127.0.0.1", rig.Server.Port);
        relay.Vanish();

        var fault = await rig.Make(rig.Settings with { Port = relay.Port }).ConnectFaultAsync();
        relay.Return();

        Says(fault, Fault.Unreachable, $"127.0.0.1:{relay.Port} ", "refused the connection", "settings.port");
        await rig.RecoversAsync();
    }

    [Theory]
    [MemberData(nameof(Sides))]
    public async Task Password_ThatIsWrong_IsHiddenAndWorksOnceTheServerHasIt(bool isNorth)
    {
        await using var rig = await LinkRig.NewAsync(isNorth);
        var user = $"link_{rig.Database}_{isNorth}";
        await rig.Server.RunAsync(
            rig.Database,
            $"""
            CREATE ROLE "{user}" LOGIN PASSWORD 'another';
            GRANT ALL ON SCHEMA public TO "{user}"; GRANT SELECT ON t TO "{user}"
            """);

        var fault = await rig.Make(rig.Settings with { UserName = user, Password = new Secret("not-the-one") })
            .ConnectFaultAsync();
        await rig.Server.RunAsync(rig.Database, $"ALTER ROLE \"{user}\" PASSWORD 'not-the-one'");

        Says(
            fault,
            Fault.Unauthorized,
            $"127.0.0.1:{rig.Server.Port} ",
            $"user '{user}'",
            "password authentication failed",
            "settings.password");
        Assert.DoesNotContain("not-the-one", fault.ToString(), StringComparison.Ordinal);
        await rig.RecoversAsync();
    }

    [Theory]
    [MemberData(nameof(Sides))]
    public async Task Password_ThatIsNotSet_IsAskedFor(bool isNorth)
    {
        await using var rig = await LinkRig.NewAsync(isNorth);

        var fault = await rig.Make(rig.Settings with { Password = null }).ConnectFaultAsync();

        Says(fault, Fault.Unauthorized, "asks user 'postgres' for a password", "Set settings.password");
    }

    [Theory]
    [MemberData(nameof(Sides))]
    public async Task Database_ThatIsNotThere_IsNamed(bool isNorth)
    {
        await using var rig = await LinkRig.NewAsync(isNorth);

        var fault = await rig.Make(rig.Settings with { Database = "nowhere" }).ConnectFaultAsync();

        Assert.Equal((Fault.Misconfigured, false), (fault.Fault, fault.IsTransient));
        Assert.Contains("database \"nowhere\" does not exist", fault.Message, StringComparison.Ordinal);
        Assert.Contains("settings.database", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Sides))]
    public async Task Server_ThatTakesTheConnectionAndIsSilent_IsLeftByTheTimeOfConnecting(bool isNorth)
    {
        await using var rig = await LinkRig.NewAsync(isNorth);
        await using var relay = TcpRelay.Start("127.0.0.1", rig.Server.Port);
        relay.Hold();

        var fault = await rig.Make(rig.Settings with { Port = relay.Port, ConnectTimeout = Second })
            .ConnectFaultAsync();
        relay.Release();

        Says(fault, Fault.Unreachable, "took no connection within 1 s", "raise settings.connectTimeout");
        Assert.DoesNotContain("commandTimeout", fault.Message, StringComparison.Ordinal);
        await rig.RecoversAsync();
    }

    [Theory]
    [MemberData(nameof(Sides))]
    public async Task Link_HalfOpen_IsFoundByTheTimeOfACommand(bool isNorth)
    {
        await using var rig = await LinkRig.NewAsync(isNorth);
        await using var relay = TcpRelay.Start("127.0.0.1", rig.Server.Port);

        // To end the command the driver asks for a further connection, which may take as long as any other.
        rig.Make(rig.SettingsOf(commandTimeout: Second) with { Port = relay.Port, ConnectTimeout = 3 * Second });
        await rig.ConnectAsync();
        relay.Hold();

        var fault = await rig.CarryFaultAsync();
        relay.Release();

        Says(fault, Fault.Unreachable, "did not answer for longer than 1 s", "raise settings.commandTimeout");
        await rig.RecoversAsync();
    }

    [Theory]
    [MemberData(nameof(Sides))]
    public async Task Server_ThatRestarts_IsSaidToBeGoneAndIsUsedAgain(bool isNorth)
    {
        await using var server = await PostgresServer.StartAsync();
        await using var rig = await LinkRig.NewAsync(isNorth, server);
        await rig.Make(rig.Settings).ConnectAsync();
        await server.StopAsync();

        var lost = await rig.CarryFaultAsync();
        var gone = await rig.ConnectFaultAsync();
        await server.StartAgainAsync();

        Says(lost, Fault.Unreachable, $"127.0.0.1:{server.Port} ", "terminating connection", "It is tried again.");
        Says(gone, Fault.Unreachable, "refused the connection", "Check that the server runs");
        await rig.RecoversAsync();
    }

    [Theory]
    [InlineData(true, Http, PostgresTls.Prefer, Fault.Malformed)]
    [InlineData(false, Http, PostgresTls.Prefer, Fault.Malformed)]
    [InlineData(true, Http, PostgresTls.Off, Fault.Unreachable)]
    [InlineData(false, Http, PostgresTls.Off, Fault.Unreachable)]
    [InlineData(true, Http, PostgresTls.Verify, Fault.Malformed)]
    [InlineData(false, Http, PostgresTls.Verify, Fault.Malformed)]
    [InlineData(true, Ssh, PostgresTls.Prefer, Fault.Unreachable)]
    [InlineData(false, Ssh, PostgresTls.Prefer, Fault.Unreachable)]
    [InlineData(true, Ssh, PostgresTls.Off, Fault.Unreachable)]
    [InlineData(false, Ssh, PostgresTls.Off, Fault.Unreachable)]
    [InlineData(true, UnknownAuthentication, PostgresTls.Off, Fault.Malformed)]
    [InlineData(false, UnknownAuthentication, PostgresTls.Off, Fault.Malformed)]
    [InlineData(true, "", PostgresTls.Prefer, Fault.Unreachable)]
    [InlineData(false, "", PostgresTls.Prefer, Fault.Unreachable)]
    public async Task Server_ThatIsNoPostgres_IsSaidToBeNone(bool isNorth, string answer, PostgresTls tls, Fault kind)
    {
        await using var rig = await LinkRig.NewAsync(isNorth);
        await using var other = string.Equals(answer, Ssh, StringComparison.Ordinal)
            ? new RawServer("") { Greeting = Ssh }
            : new RawServer(answer);

        var fault = await rig.Make(rig.Settings with { Port = other.Port, Tls = tls }).ConnectFaultAsync();

        Says(fault, kind, $"127.0.0.1:{other.Port} ", "Check", "settings.port is PostgreSQL's");
    }

    [Theory]
    [MemberData(nameof(Sides))]
    public async Task Server_ThatIsNoPostgres_IsUsedOnceItIs(bool isNorth)
    {
        await using var server = await PostgresServer.StartAsync();
        await using var rig = await LinkRig.NewAsync(isNorth, server);
        await rig.Make(rig.Settings).ConnectAsync();
        await server.StopAsync();

        await using (new RawServer(Http, server.Port))
        {
            await rig.CarryFaultAsync();
            Says(await rig.ConnectFaultAsync(), Fault.Malformed, "answers what is no PostgreSQL", "settings.port");
        }

        await server.StartAgainAsync();
        await rig.RecoversAsync();
    }

    private static void Says(ConnectorException fault, Fault kind, params string[] words)
    {
        Assert.Equal((kind, true), (fault.Fault, fault.IsTransient));
        Assert.All(words, word => Assert.Contains(word, fault.Message, StringComparison.Ordinal));
    }
}
