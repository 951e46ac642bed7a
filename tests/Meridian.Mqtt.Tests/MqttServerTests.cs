namespace Meridian.Mqtt.Tests;

public sealed class MqttServerTests
{
    [Theory]
    [InlineData("mqtt://plant", MqttTransport.Tcp, "plant", 1883, "", "mqtt://plant:1883")]
    [InlineData("MQTT://my_broker:1884/", MqttTransport.Tcp, "my_broker", 1884, "", "mqtt://my_broker:1884")]
    [InlineData("mqtt://[::1]", MqttTransport.Tcp, "::1", 1883, "", "mqtt://[::1]:1883")]
    [InlineData("mqtts://10.0.0.1", MqttTransport.Tls, "10.0.0.1", 8883, "", "mqtts://10.0.0.1:8883")]
    [InlineData("ws://plant", MqttTransport.WebSocket, "plant", 80, "/mqtt", "ws://plant:80/mqtt")]
    [InlineData("ws://plant/", MqttTransport.WebSocket, "plant", 80, "/", "ws://plant:80/")]
    [InlineData("wss://[fe80::1]:9/a/b", MqttTransport.SecureWebSocket, "fe80::1", 9, "/a/b", "wss://[fe80::1]:9/a/b")]
    [InlineData("wss://p?sig=x", MqttTransport.SecureWebSocket, "p", 443, "/mqtt?sig=x", "wss://p:443/mqtt")]
    [InlineData("unix:///run/a%20b.sock", MqttTransport.UnixSocket, "", 0, "/run/a b.sock", "unix:///run/a b.sock")]
    public void Address_Read_HasItsPartsAndPrintsWithoutSecrets(
        string text, MqttTransport transport, string host, int port, string path, string printed)
    {
        var server = MqttServer.Parse(text);

        Assert.Equal((transport, host, port, path), (server.Transport, server.Host, server.Port, server.Path));
        Assert.Equal(printed, server.ToString());
        Assert.True(MqttServer.TryParse(text, out var again));
        Assert.Equal(server, again);
    }

    [Theory]
    [InlineData("plant", "begin with mqtt://")]
    [InlineData("plant:1883", "begin with mqtt://")]
    [InlineData("", "begin with mqtt://")]
    [InlineData("tcp://plant", "scheme 'tcp'")]
    [InlineData("mqtt://", "Host is empty")]
    [InlineData("mqtt://:1883", "Host is empty")]
    [InlineData("mqtt://a b", "Host 'a b'")]
    [InlineData("mqtt://plant:0", "Port 0")]
    [InlineData("mqtt://plant:65536", "Port 65536")]
    [InlineData("mqtt://plant:", "port ''")]
    [InlineData("mqtt://plant:mqtt", "port 'mqtt'")]
    [InlineData("mqtt://::1", "brackets")]
    [InlineData("mqtt://[::1", "closing bracket")]
    [InlineData("mqtt://[::1]x", "port 'x'")]
    [InlineData("mqtt://plant/path", "takes no path")]
    [InlineData("mqtts://plant?q", "takes no path")]
    [InlineData("ws://plant/mqtt#x", "behind '#'")]
    [InlineData("unix://run/x.sock", "three slashes")]
    public void Address_Wrong_SaysWhat(string text, string problem)
    {
        var error = Assert.Throws<FormatException>(() => MqttServer.Parse(text));

        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
        Assert.False(MqttServer.TryParse(text, out _));
    }

    [Fact]
    public void Address_WithCredentials_IsRefusedWithoutRepeatingThem()
    {
        var error = Assert.Throws<FormatException>(() => MqttServer.Parse("mqtt://alice:secret@plant"));

        Assert.Contains("UserName", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Factories_OfEachTransport_EqualTheirAddress()
    {
        Assert.Equal(MqttServer.Parse("mqtt://plant"), MqttServer.Tcp("plant"));
        Assert.Equal(MqttServer.Parse("mqtts://plant:1"), MqttServer.Tls("plant", 1));
        Assert.Equal(MqttServer.Parse("wss://plant"), MqttServer.WebSocket(new Uri("wss://plant")));
        Assert.Equal(MqttServer.Parse("unix:///run/x"), MqttServer.Unix("/run/x"));
        Assert.Throws<ArgumentException>(() => MqttServer.WebSocket(new Uri("http://plant")));
        Assert.Throws<ArgumentException>(() => MqttServer.WebSocket(new Uri("mqtt://plant")));
    }

    [Fact]
    public void Options_WithWrongServers_NameEachOne()
    {
        var options = new MqttClientOptions
        {
            Server = MqttServer.Tcp("plant") with { Path = "/x" },
            OtherServers = [MqttServer.Tcp("plant"), MqttServer.Unix(""), MqttServer.Tls("plant", 70_000)],
        };

        Assert.Collection(
            options.Validate(),
            problem => Assert.StartsWith("Server: Path '/x'", problem, StringComparison.Ordinal),
            problem => Assert.StartsWith("OtherServers[1]: Path is empty", problem, StringComparison.Ordinal),
            problem => Assert.StartsWith("OtherServers[2]: Port 70000", problem, StringComparison.Ordinal));
    }
}
