using Meridian.Connectors.Files.Tests.Contract;
using Meridian.Fixtures;
using Meridian.Sdk.Faults;
using Meridian.Sdk.Settings;

namespace Meridian.Connectors.Files.Tests.S3;

/// <summary>Another server than a store answers: it is not taken for one, and nothing leaves the disk for it.</summary>
public sealed class S3StrangersTests(S3Store store) : IClassFixture<S3Store>, IDisposable
{
    private const string NotFound = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";

    private static readonly string Page =
        RawServer.Answer("200 OK", "text/html", "<!DOCTYPE html><html><body>Welcome</body></html>");

    private readonly S3Rig _rig = new(store.Server);

    private static CancellationToken None => CancellationToken.None;

    public void Dispose() => _rig.Dispose();

    [Theory]
    [InlineData("SSH-2.0-OpenSSH_9.2p1\r\n")]
    [InlineData("\0\u0001\u0002\u0003\u0004\r\n\r\n")]
    [InlineData("HTTP/1.1 abc Fine\r\n\r\n")]
    public async Task Connect_Garbage_IsMalformed(string garbage)
    {
        await using var server = new RawServer(garbage);

        var fault = await _rig.ConnectFaultAsync(_rig.SettingsAt($"http://127.0.0.1:{server.Port}"));

        Assert.Equal((Fault.Malformed, true), (fault.Fault, fault.IsTransient));
        Assert.Contains("what is not HTTP", fault.Message, StringComparison.Ordinal);
        Assert.Contains("settings.endpoint", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("200 OK", "text/html", "<!DOCTYPE html><html>Welcome</html>", Fault.Malformed, "is no store")]
    [InlineData("200 OK", "text/plain", "", Fault.Malformed, "is no store")]
    [InlineData("200 OK", "application/json", "{}", Fault.Malformed, "is no store")]
    [InlineData("404 Not Found", "text/html", "<html>Nothing</html>", Fault.Misconfigured, "settings.endpoint a store")]
    [InlineData("302 Found", "text/html", "<html>Log in</html>", Fault.Misconfigured, "302")]
    [InlineData("500 Internal Server Error", "text/html", "<html>Oh</html>", Fault.Unreachable, "answered 500")]
    public async Task Connect_AnotherServerAnswers_IsNotTakenForAStore(
        string status, string type, string body, Fault kind, string words)
    {
        await using var server = new RawServer(RawServer.Answer(status, type, body));

        var fault = await _rig.ConnectFaultAsync(_rig.SettingsAt($"http://127.0.0.1:{server.Port}"));

        Assert.Equal((kind, true), (fault.Fault, fault.IsTransient));
        Assert.Contains(words, fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("<html>", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task File_AnotherServerSaysThatItIsStored_DoesNotCountUntilTheStoreHasIt()
    {
        await using var server = await S3Server.StartAsync();
        using var rig = new S3Rig(server);
        var north = await rig.ConnectAsync();
        await server.StopAsync();
        await using (new RawServer(Page, server.Port) { Head = NotFound })
        {
            var fault = await S3Rig.FaultAsync(north, S3Rig.Of("a.txt", "one"));

            Assert.Equal((Fault.Malformed, true), (fault.Fault, fault.IsTransient));
            Assert.Contains("does not have it", fault.Message, StringComparison.Ordinal);
            Assert.Contains("settings.endpoint", fault.Message, StringComparison.Ordinal);
        }

        await server.RestartAsync();
        await north.DisconnectAsync(None);
        await north.ConnectAsync(None);
        await S3Rig.DeliverAsync(north, S3Rig.Of("a.txt", "one"));

        Assert.Equal("one", await File.ReadAllTextAsync(rig.Objects["files/a.txt"]));
    }

    [Fact]
    public async Task Values_AnotherServerSaysThatTheirFileIsStored_StayInTheFolderUntilTheStoreHasThem()
    {
        await using var server = await S3Server.StartAsync();
        using var rig = new S3Rig(server);
        var north = await rig.ConnectAsync(rig.Settings with { MaxFileSize = new ByteSize(1_024) });
        await rig.Context.DeliverUpToAsync(north, 20);
        await server.StopAsync();
        await using (new RawServer(Page, server.Port) { Head = NotFound })
        {
            var fault = await Assert.ThrowsAsync<ConnectorException>(() => rig.Context.DeliverUpToAsync(north, 40));

            Assert.Equal((Fault.Malformed, true), (fault.Fault, fault.IsTransient));
            Assert.Single(rig.Folder.Names, static name => name.EndsWith(".csv", StringComparison.Ordinal));
        }

        await server.RestartAsync();
        await north.DisconnectAsync(None);
        await north.ConnectAsync(None);
        await rig.Context.DeliverUpToAsync(north, 40);
        await north.DisconnectAsync(None);
        await north.StopAsync(None);

        Assert.Equal(Enumerable.Range(0, 40), rig.Values);
    }

    [Fact]
    public async Task File_AnotherServerHasAPageForEveryName_EndsInWordsAndNotInRequestsWithoutEnd()
    {
        await using var server = await S3Server.StartAsync();
        using var rig = new S3Rig(server);
        var north = await rig.ConnectAsync();
        await server.StopAsync();
        await using var stranger = new RawServer(Page, server.Port);

        var fault = await S3Rig.FaultAsync(north, S3Rig.Of("a.txt", "one"));

        Assert.Equal((Fault.Malformed, true), (fault.Fault, fault.IsTransient));
        Assert.Contains("is no store", fault.Message, StringComparison.Ordinal);
    }
}
