using System.Net;
using System.Net.Sockets;
using Meridian.Mqtt.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Meridian.Mqtt.Hosting.Tests;

/// <summary>Named clients in a real host against the test broker.</summary>
public sealed class MqttHostingTests
{
    [Fact]
    public async Task Host_TwoClients_ConnectsThemAndDisconnectsInReverse()
    {
        await using var broker = await MqttTestBroker.StartAsync();
        using var host = Build(services => services
            .AddMqttClient("plant", options => Connect(options, broker, "plant"))
            .AddMqttClient("cloud", options => Connect(options, broker, "cloud")));

        await host.StartAsync();
        var clients = host.Services.GetRequiredService<IMqttClients>();
        Assert.True(clients.GetClient("plant").IsConnected);
        Assert.Same(clients.GetClient("cloud"), host.Services.GetRequiredKeyedService<MqttClient>("cloud"));
        await clients.GetClient("cloud").PublishAsync("t", "x"u8.ToArray(), MqttQos.AtLeastOnce);
        await host.StopAsync();

        Assert.Equal("cloud", Assert.Single(broker.Received).ClientId);
        Assert.Equal(
            ["cloud", "plant"],
            broker.Packets.Where(packet => packet.Type == MqttPacketType.Disconnect).Select(packet => packet.ClientId),
            StringComparer.Ordinal);
    }

    [Fact]
    public async Task Receiver_OfTheOptions_HearsMessages()
    {
        await using var broker = await MqttTestBroker.StartAsync();
        var receiver = new FirstTopic();
        using var host = Build(services => services.AddMqttClient("in", options =>
        {
            Connect(options, broker, "in");
            options.Receiver = _ => receiver;
        }));
        await host.StartAsync();

        await host.Services.GetRequiredService<IMqttClients>().GetClient("in")
            .SubscribeAsync([new MqttSubscriptionRequest("#", MqttQos.AtMostOnce)]);
        broker.Publish("a/b", default);

        Assert.Equal("a/b", await receiver.Topic.Task.WaitAsync(TimeSpan.FromSeconds(10), TimeProvider.System));
        await host.StopAsync();
    }

    [Fact]
    public async Task Host_BrokerAway_StartsUnhealthyAndConnectsLater()
    {
        await using var broker = await MqttTestBroker.StartAsync();
        await broker.SuspendAsync();
        var receiver = new FirstTopic();
        using var host = Build(services =>
        {
            services.AddMqttClient("late", options =>
            {
                options.Receiver = _ => receiver;
                options.Client = new MqttClientOptions
                {
                    Server = broker.Server,
                    ClientId = "late",
                    Reconnect = new MqttReconnectOptions { InitialDelay = TimeSpan.FromMilliseconds(20) },
                };
            });
            services.AddHealthChecks().AddMqttClient("late");
        });
        var health = host.Services.GetRequiredService<HealthCheckService>();

        await host.StartAsync();
        var away = await health.CheckHealthAsync();
        broker.Resume();
        await receiver.Connected.Task.WaitAsync(TimeSpan.FromSeconds(10), TimeProvider.System);
        var there = await health.CheckHealthAsync();
        await host.StopAsync();

        Assert.Equal(HealthStatus.Unhealthy, away.Status);
        Assert.Equal(HealthStatus.Healthy, there.Status);
        Assert.Equal("late", there.Entries["mqtt-late"].Data["clientId"]);
    }

    [Fact]
    public async Task Host_ServerThatClosesAtOnce_IsTriedAtTheClientsOwnPace()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var port = ((IPEndPoint)server.LocalEndpoint).Port;
        using var host = Build(services => services.AddMqttClient("pace", options =>
            options.Client = new MqttClientOptions
            {
                Server = MqttServer.Tcp("127.0.0.1", port),
                Reconnect = new MqttReconnectOptions
                {
                    InitialDelay = TimeSpan.FromMilliseconds(1),
                    MaxDelay = TimeSpan.FromMilliseconds(2),
                },
            }));

        await host.StartAsync();
        for (var i = 0; i < 20; i++)
        {
            using var accepted = await server.AcceptSocketAsync()
                .WaitAsync(TimeSpan.FromSeconds(4), TimeProvider.System);
        }

        await host.StopAsync();
    }

    [Fact]
    public async Task Host_WrongPassword_IsOneTryAndStaysUnhealthy()
    {
        await using var broker = await MqttTestBroker.StartAsync(
            new MqttTestBrokerOptions { UserName = "ada", Password = "right" });
        using var logs = new LastError();
        using var host = Build(services =>
        {
            services.AddLogging(logging => logging.AddProvider(logs));
            services.AddMqttClient("shut", options => options.Client = new MqttClientOptions
            {
                Server = broker.Server,
                UserName = "ada",
                Password = "wrong"u8.ToArray(),
                Reconnect = new MqttReconnectOptions { InitialDelay = TimeSpan.FromMilliseconds(1) },
            });
            services.AddHealthChecks().AddMqttClient("shut");
        });

        await host.StartAsync();
        var text = await logs.Text.Task.WaitAsync(TimeSpan.FromSeconds(10), TimeProvider.System);
        var health = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();
        await host.StopAsync();

        Assert.Contains("'shut' is not connected and does not try again", text, StringComparison.Ordinal);
        Assert.Equal(HealthStatus.Unhealthy, health.Status);
        Assert.Single(broker.Packets, static packet => packet.Type == MqttPacketType.Connect);
    }

    [Fact]
    public async Task Host_BrokerAwayAndDemanded_FailsTheStart()
    {
        await using var broker = await MqttTestBroker.StartAsync();
        await broker.SuspendAsync();
        using var host = Build(services =>
            services.AddMqttClient("must", options => Connect(options, broker, "must")));

        await Assert.ThrowsAsync<MqttConnectionLostException>(() => host.StartAsync());
    }

    [Fact]
    public async Task Host_WrongOptions_FailsTheStartWithEveryProblem()
    {
        using var host = Build(services => services.AddMqttClient("bad", options =>
        {
            options.Client = new MqttClientOptions
            {
                Server = MqttServer.Tcp("localhost"),
                MaxInFlight = 0,
                MaxOutboundBytes = 0,
            };
        }));

        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());

        Assert.Contains(error.Failures, text => text.Contains("'bad': Client.MaxInFlight", StringComparison.Ordinal));
        Assert.Contains(error.Failures, text => text.Contains("MaxOutboundBytes", StringComparison.Ordinal));
    }

    [Fact]
    public void Names_TwiceOrUnknown_AreRefused()
    {
        using var host = Build(services =>
        {
            services.AddMqttClient("one", _ => { });
            Assert.Throws<ArgumentException>(() => services.AddMqttClient("one", _ => { }));
        });

        Assert.Throws<ArgumentException>(() => host.Services.GetRequiredService<IMqttClients>().GetClient("two"));
    }

    private static IHost Build(Action<IServiceCollection> configure)
    {
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        configure(builder.Services);
        return builder.Build();
    }

    private static void Connect(MqttHostingOptions options, MqttTestBroker broker, string clientId)
    {
        options.Client = new MqttClientOptions { Server = broker.Server, ClientId = clientId };
        options.MustConnectAtStart = true;
    }

    private sealed class LastError : ILoggerProvider, ILogger
    {
        public TaskCompletionSource<string> Text { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel == LogLevel.Error;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter) => Text.TrySetResult(formatter(state, exception));

        public void Dispose()
        {
        }
    }

    private sealed class FirstTopic : IMqttReceiver
    {
        public TaskCompletionSource<string> Topic { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Connected { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void OnConnected(bool isSessionPresent) => Connected.TrySetResult();

        public void OnMessage(in MqttMessage message) => Topic.TrySetResult(message.Topic);
    }
}
