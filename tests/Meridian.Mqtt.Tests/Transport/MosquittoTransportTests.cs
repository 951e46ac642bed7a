using System.Globalization;
using System.Net;
using System.Text;
using Meridian.Fixtures;
using Meridian.Mqtt.Tests.Connection;

namespace Meridian.Mqtt.Tests.Transport;

/// <summary>Every transport against a broker that nobody here wrote.</summary>
public sealed class MosquittoTransportTests(Brokers brokers) : IClassFixture<Brokers>
{
    [Theory]
    [InlineData("tcp")]
    [InlineData("tls")]
    [InlineData("mutual")]
    [InlineData("ws")]
    [InlineData("wss")]
    [InlineData("unix")]
    public async Task Messages_OverEachTransport_ComeBackWholeAndInOrder(string transport)
    {
        const int Count = 2_000;
        var recorder = new Recorder();
        var options = brokers.Options(transport) with { MaxInFlight = 100 };
        await using var client = new MqttClient(options, recorder);
        await client.ConnectAsync();
        await client.SubscribeAsync([new($"{transport}/#", MqttQos.AtLeastOnce)]);

        // mosquitto 2.0 reads 4 KiB of a WebSocket every 100 ms. This length takes the longest form that a frame has.
        var large = new string('x', transport.StartsWith('w') ? 70_000 : 1_000_000);

        var publishes = Enumerable.Range(0, Count)
            .Select(i => (Topic: "n", Text: i.ToString(CultureInfo.InvariantCulture)))
            .Append((Topic: "large", Text: large))
            .Select(message => client.PublishAsync(
                $"{transport}/{message.Topic}", Encoding.UTF8.GetBytes(message.Text), MqttQos.AtLeastOnce).AsTask());
        await Task.WhenAll(publishes).WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal("connected False", await recorder.NextAsync());
        for (var i = 0; i < Count; i++)
        {
            Assert.Equal(
                string.Create(CultureInfo.InvariantCulture, $"{transport}/n={i} q1"), await recorder.NextAsync());
        }

        Assert.Equal($"{transport}/large={large} q1", await recorder.NextAsync());
        await client.DisconnectAsync();
        Assert.Equal("disconnected  False", await recorder.NextAsync());
    }

    [Theory]
    [InlineData("tcp")]
    [InlineData("tls")]
    [InlineData("ws")]
    [InlineData("wss")]
    [InlineData("unix")]
    public async Task Disconnect_OverEachTransport_StillDeliversWhatWasSent(string transport)
    {
        var recorder = new Recorder();
        await using var subscriber = new MqttClient(brokers.Options("tcp"), recorder);
        await subscriber.ConnectAsync();
        await recorder.NextAsync();
        await subscriber.SubscribeAsync([new($"last/{transport}", MqttQos.AtMostOnce)]);
        await using var client = new MqttClient(brokers.Options(transport) with
        {
            Will = new MqttWill { Topic = $"last/{transport}", Payload = "will"u8.ToArray() },
        });
        await client.ConnectAsync();

        await client.PublishAsync($"last/{transport}", "word"u8.ToArray());
        await client.DisconnectAsync();
        await subscriber.PublishAsync($"last/{transport}", "after"u8.ToArray());

        Assert.Equal($"last/{transport}=word q0", await recorder.NextAsync());
        Assert.Equal($"last/{transport}=after q0", await recorder.NextAsync()); // And not the Will.
    }

    [Theory]
    [InlineData("tcp")]
    [InlineData("tls")]
    [InlineData("mutual")]
    [InlineData("ws")]
    [InlineData("wss")]
    public async Task Proxy_OfEachKind_CarriesEachTransport(string transport)
    {
        await using var socks = new ProxyServer { UserName = "alice", Password = "secret" };
        await using var http = new ProxyServer { UserName = "alice", Password = "secret" };
        MqttProxy[] proxies = [MqttProxy.Socks5("127.0.0.1", socks.Port), MqttProxy.Http("localhost", http.Port)];
        foreach (var proxy in proxies)
        {
            var options = brokers.Options(transport) with
            {
                Proxy = proxy with { UserName = "alice", Password = "secret" },
            };
            await using var client = new MqttClient(options);
            await client.ConnectAsync();
            await client.PublishAsync("through", new byte[20_000], MqttQos.ExactlyOnce);

            Assert.Equal(proxy.Port, ((IPEndPoint)client.RemoteAddress!).Port); // It is connected.
        }

        Assert.Equal("localhost", await socks.NextHostAsync());
        Assert.Equal("localhost", await http.NextHostAsync());
    }

    [Fact]
    public async Task ClientCertificate_AskedAtEachTry_IsBorrowedAndRenewed()
    {
        var asked = 0;
        var options = brokers.Options("mutual") with { Reconnect = null };
        options = options with
        {
            Tls = options.Tls! with
            {
                ClientCertificates = _ =>
                {
                    asked++;
                    return new([brokers.ClientCertificate]);
                },
            },
        };
        await using var client = new MqttClient(options);

        for (var i = 0; i < 3; i++)
        {
            await client.ConnectAsync();
            await client.PublishAsync("t", new byte[1], MqttQos.AtLeastOnce);
            await client.DisconnectAsync();
        }

        Assert.Equal(3, asked);
        Assert.True(brokers.ClientCertificate.HasPrivateKey); // dotnet/MQTTnet#2157: it was disposed of with the link.
        Assert.NotEqual(0, brokers.ClientCertificate.Handle);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ClientCertificate_MissingOrOfAnotherAuthority_FailsWithTheWayOut(bool isGiven)
    {
        using var other = new TestAuthority("Other Authority");
        var certificate = other.Client("stranger");
        var options = brokers.Options("mutual") with { Reconnect = null };
        await using var client = new MqttClient(options with
        {
            Tls = options.Tls! with { ClientCertificates = isGiven ? _ => new([certificate]) : null },
        });

        var error = await Assert.ThrowsAnyAsync<MqttException>(() => client.ConnectAsync());

        Assert.True(error.Message.Contains("Tls.ClientCertificates", StringComparison.Ordinal), error.ToString());
        Assert.Contains(brokers.Mutual.ToString(), error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, "tls", "'localhost', '127.0.0.1', not for 'plant.example'", "Tls.TargetHost")]
    [InlineData(false, "tls", "'CN=Plant Authority'", "Tls.CertificateAuthorities")]
    [InlineData(false, "wss", "'CN=Plant Authority'", "Tls.CertificateAuthorities")]
    public async Task ServerCertificate_WrongNameOrAuthority_FailsWithCauseAndWayOut(
        bool isTrusted, string transport, string cause, string wayOut)
    {
        using var other = new TestAuthority("Other Authority");
        var options = brokers.Options(transport) with { Reconnect = null };
        var tls = isTrusted
            ? brokers.Trusting with { TargetHost = "plant.example" }
            : new MqttTlsOptions { CertificateAuthorities = [other.Root] };
        await using var client = new MqttClient(options with { Tls = tls });

        var error = await Assert.ThrowsAsync<MqttTlsException>(() => client.ConnectAsync());

        Assert.Contains(cause, error.Message, StringComparison.Ordinal);
        Assert.Contains(wayOut, error.Message, StringComparison.Ordinal);
        Assert.Contains(options.Server.ToString(), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ServerCertificate_OfAnAuthorityThatTheSystemDoesNotKnow_IsNotAccepted()
    {
        await using var client = new MqttClient(new MqttClientOptions { Server = brokers.Tls });

        var error = await Assert.ThrowsAsync<MqttTlsException>(() => client.ConnectAsync());

        Assert.Contains("Tls.CertificateAuthorities", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ServerCertificate_WrongInEveryWay_IsAcceptedOnlyByTheDangerousOption()
    {
        await using var client = new MqttClient(brokers.Options("tls") with
        {
            Tls = new MqttTlsOptions { TargetHost = "plant.example", DangerouslyAcceptAnyCertificate = true },
        });

        await client.ConnectAsync();

        Assert.True(client.IsConnected);
    }

    [Fact]
    public async Task TargetHost_Blank_MeansTheServersHost()
    {
        var options = brokers.Options("tls");
        await using var client = new MqttClient(options with { Tls = options.Tls! with { TargetHost = " " } });

        await client.ConnectAsync();

        Assert.True(client.IsConnected);
    }

    [Fact]
    public async Task TlsPort_NamedWithoutTls_FailsWithTheWayOut()
    {
        await using var client = new MqttClient(
            new MqttClientOptions { Server = MqttServer.Tcp("localhost", brokers.Tls.Port) });

        var error = await Assert.ThrowsAnyAsync<MqttException>(() => client.ConnectAsync());

        Assert.Contains("mqtts://", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PlainPort_NamedWithTls_FailsWithTheWayOut()
    {
        await using var client = new MqttClient(
            new MqttClientOptions { Server = MqttServer.Tls("localhost", brokers.Tcp.Port) });

        var error = await Assert.ThrowsAsync<MqttTlsException>(() => client.ConnectAsync());

        Assert.Contains("mqtt://", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UnixSocket_WithoutItsFile_FailsWithTheWayOut()
    {
        await using var client = new MqttClient(
            new MqttClientOptions { Server = MqttServer.Unix(brokers.Unix.Path + ".missing") });

        var error = await Assert.ThrowsAsync<MqttConnectionLostException>(() => client.ConnectAsync());

        Assert.Contains("check that the file exists", error.Message, StringComparison.Ordinal);
    }
}
