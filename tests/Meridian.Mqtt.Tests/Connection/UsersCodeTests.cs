using System.Collections;

namespace Meridian.Mqtt.Tests.Connection;

/// <summary>
/// What the application gives the client to call may throw anything. Every call still ends with an <see
/// cref="MqttException"/>, and the client goes on by its rules or is at its end and says so.
/// </summary>
public sealed class UsersCodeTests
{
    private readonly Recorder _recorder = new();

    public static TheoryData<string> Faults => ["thrown at once", "thrown later", "cancelled from within", "null",
        "password too long", "user with NUL", "password alone"];

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Credentials_ThatCannotBeHad_FailTheTryAndNotTheClient(string fault)
    {
        await using var peer = new ScriptedPeer();
        var isGood = false;
        await using var client = new MqttClient(
            peer.Options with { Credentials = _ => isGood ? GoodAsync() : BadAsync(fault) }, _recorder);

        var error = await Assert.ThrowsAsync<MqttConnectionLostException>(
            () => client.ConnectAsync().WaitAsync(ScriptedPeer.Deadline));
        Assert.Contains("credentials", error.Message, StringComparison.Ordinal);
        isGood = true;
        var connecting = client.ConnectAsync();
        await using var connection = await peer.AcceptAsync(isSessionPresent: false);

        await connecting;
        Assert.Equal("connected False", await _recorder.NextAsync());
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Credentials_ThatFailAtAReconnect_AreAskedForAgain(string fault)
    {
        await using var peer = new ScriptedPeer();
        var asked = 0;
        await using var client = new MqttClient(
            peer.Options with
            {
                Credentials = _ => ++asked is 2 or 3 ? BadAsync(fault) : GoodAsync(),
                Reconnect = new MqttReconnectOptions(),
            },
            _recorder,
            jitter: new NoDelay());
        var connecting = client.ConnectAsync();
        await (await peer.AcceptAsync(isSessionPresent: false)).DisposeAsync();
        await connecting;

        await using var second = await peer.AcceptAsync(isSessionPresent: false);

        Assert.Equal("connected False", await _recorder.NextAsync());
        Assert.Equal("disconnected MqttConnectionLostException True", await _recorder.NextAsync());
        Assert.Equal("connected False", await _recorder.NextAsync());
        Assert.Equal(4, asked);
    }

    [Fact]
    public async Task Credentials_ThatNeverCome_EndWithTheConnectTimeout()
    {
        await using var peer = new ScriptedPeer();
        var time = new ManualTime();
        var isAsked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var never = new TaskCompletionSource<MqttCredentials>();
        await using var client = new MqttClient(
            peer.Options with
            {
                Credentials = _ =>
                {
                    isAsked.SetResult();
                    return new ValueTask<MqttCredentials>(never.Task); // It does not look at its token.
                },
            },
            time: time);

        var connecting = client.ConnectAsync();
        await isAsked.Task.WaitAsync(ScriptedPeer.Deadline);
        time.Advance(TimeSpan.FromSeconds(10));

        var error = await Assert.ThrowsAsync<MqttTimeoutException>(() => connecting.WaitAsync(ScriptedPeer.Deadline));
        Assert.Contains("credentials", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Credentials_ThatThrowTheClientsOwnException_DecideWhetherItGoesOn()
    {
        await using var peer = new ScriptedPeer();
        var asked = 0;
        await using var client = new MqttClient(
            peer.Options with
            {
                Credentials = _ => ++asked == 1
                    ? GoodAsync()
                    : throw new MqttRejectedException(MqttReasonCode.Banned, "The account is closed."),
                Reconnect = new MqttReconnectOptions(),
            },
            _recorder,
            jitter: new NoDelay());
        var connecting = client.ConnectAsync();
        await (await peer.AcceptAsync(isSessionPresent: false)).DisposeAsync();
        await connecting;

        Assert.Equal("connected False", await _recorder.NextAsync());
        Assert.Equal("disconnected MqttConnectionLostException True", await _recorder.NextAsync());
        Assert.Equal("disconnected MqttRejectedException False", await _recorder.NextAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Authenticator_ThatThrows_FailsTheTryWithItsException(bool isMethod)
    {
        await using var peer = new ScriptedPeer();
        var authenticator = new BadAuthenticator { FailsAtMethod = isMethod, FailsAtStart = !isMethod };
        await using var client = new MqttClient(
            peer.Options with { Version = MqttProtocolVersion.V50, Authenticator = authenticator }, _recorder);

        var connecting = client.ConnectAsync();
        await using var connection = await peer.AcceptAsync();

        var error = await Assert.ThrowsAsync<MqttConnectionLostException>(
            () => connecting.WaitAsync(ScriptedPeer.Deadline));
        Assert.IsType<InvalidOperationException>(error.InnerException);
        await connection.ExpectAsync("");
    }

    [Fact]
    public async Task Authenticator_ThatThrowsAtAReauthentication_FailsTheCallAndKeepsTheConnection()
    {
        await using var peer = new ScriptedPeer();
        var authenticator = new BadAuthenticator();
        await using var client = new MqttClient(
            peer.Options with { Version = MqttProtocolVersion.V50, Authenticator = authenticator }, _recorder);
        var connecting = client.ConnectAsync();
        await using var connection = await peer.AcceptAsync();
        await connection.ReadAsync();
        await connection.SendAsync("2003000000");
        await connecting;

        authenticator.FailsAtStart = true;
        var error = await Assert.ThrowsAsync<MqttConnectionLostException>(() => client.ReauthenticateAsync());

        Assert.IsType<InvalidOperationException>(error.InnerException);
        Assert.True(client.IsConnected);
    }

    [Fact]
    public async Task UnreleasedIdentifiers_ThatThrowWhileTheyAreRead_AreAskedForAgain()
    {
        await using var peer = new ScriptedPeer();
        var receiver = new ForgetfulReceiver();
        await using var client = new MqttClient(
            peer.Options with { CleanSession = false, Reconnect = new MqttReconnectOptions() },
            receiver,
            jitter: new NoDelay());
        var connecting = client.ConnectAsync();
        await (await peer.AcceptAsync(isSessionPresent: false)).DisposeAsync();
        await connecting;

        await using var second = await peer.AcceptAsync(isSessionPresent: true);
        await second.ExpectAsync("");
        receiver.Remembers = true;
        await using var third = await peer.AcceptAsync(isSessionPresent: true);
        await third.SendAsync("3C06000161000731"); // One of them.

        await third.ExpectAsync("50020007");
    }

    [Fact]
    public async Task Logger_ThatThrows_EndsNothing()
    {
        await using var peer = new ScriptedPeer();
        await using var client = new MqttClient(
            peer.Options with { Reconnect = new MqttReconnectOptions() },
            _recorder,
            new BadLog(),
            jitter: new NoDelay());
        var connecting = client.ConnectAsync();
        await (await peer.AcceptAsync(isSessionPresent: false)).DisposeAsync();
        await connecting.WaitAsync(ScriptedPeer.Deadline);

        await using var second = await peer.AcceptAsync(isSessionPresent: false);

        Assert.Equal("connected False", await _recorder.NextAsync());
        Assert.Equal("disconnected MqttConnectionLostException True", await _recorder.NextAsync());
        Assert.Equal("connected False", await _recorder.NextAsync());
    }

    /// <summary>A random source that throws stands for any fault of the loop itself.</summary>
    [Fact]
    public async Task Loop_ThatMeetsWhatNobodyExpects_EndsEveryCallAndSaysSo()
    {
        await using var peer = new ScriptedPeer();
        var logger = new LastUnexpected();
        await using var client = new MqttClient(
            peer.Options with { Reconnect = new MqttReconnectOptions() }, _recorder, logger, jitter: new BadRandom());
        var connecting = client.ConnectAsync();
        await using var first = await peer.AcceptAsync(isSessionPresent: false);
        await connecting;
        var publishing = client.PublishAsync("a", default, MqttQos.AtLeastOnce).AsTask();
        var subscribing = client.SubscribeAsync([new MqttSubscriptionRequest("a", MqttQos.AtMostOnce)]);
        await first.ReadAsync();
        await first.ReadAsync();

        await first.DisposeAsync();

        await Assert.ThrowsAsync<MqttConnectionLostException>(() => subscribing.WaitAsync(ScriptedPeer.Deadline));
        await Assert.ThrowsAsync<MqttConnectionLostException>(() => publishing.WaitAsync(ScriptedPeer.Deadline));
        Assert.Equal("connected False", await _recorder.NextAsync());
        Assert.Equal("disconnected MqttConnectionLostException True", await _recorder.NextAsync());
        Assert.Equal("disconnected MqttConnectionLostException False", await _recorder.NextAsync());
        Assert.IsType<NotSupportedException>(logger.Error);
        connecting = TryUntilIdleAsync(client);
        await using var second = await peer.AcceptAsync(isSessionPresent: false);
        await connecting;
    }

    private static async Task<MqttConnectResult> TryUntilIdleAsync(MqttClient client)
    {
        await client.DisconnectAsync();
        return await client.ConnectAsync();
    }

    private static ValueTask<MqttCredentials> GoodAsync() => new(new MqttCredentials("ada", "x"u8.ToArray()));

    private static ValueTask<MqttCredentials> BadAsync(string fault) => fault switch
    {
        "thrown at once" => throw new InvalidOperationException("no token"),
        "thrown later" => new(Task.FromException<MqttCredentials>(new TimeoutException("no token"))),
        "cancelled from within" => new(Task.FromCanceled<MqttCredentials>(new CancellationToken(canceled: true))),
        "null" => new((MqttCredentials)null!), // What the compiler cannot keep an application from.
        "password too long" => new(new MqttCredentials("ada", new byte[65_536])),
        "password alone" => new(new MqttCredentials(UserName: null, "x"u8.ToArray())),
        _ => new(new MqttCredentials("a\0", default)),
    };

    private sealed class BadAuthenticator : IMqttAuthenticator
    {
        public bool FailsAtMethod { get; init; }

        public bool FailsAtStart { get; set; }

        public string Method => FailsAtMethod ? throw new InvalidOperationException("no method") : "m";

        public ValueTask<ReadOnlyMemory<byte>> StartAsync(CancellationToken cancellationToken) =>
            FailsAtStart ? throw new InvalidOperationException("no data") : default;

        public ValueTask<ReadOnlyMemory<byte>> ContinueAsync(
            ReadOnlyMemory<byte> data, CancellationToken cancellationToken) => default;

        public ValueTask CompleteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken) => default;
    }

    private sealed class ForgetfulReceiver : IMqttReceiver, IReadOnlyCollection<ushort>
    {
        public bool Remembers { get; set; }

        public int Count => 1;

        public IReadOnlyCollection<ushort> UnreleasedPacketIdentifiers => this;

        public void OnMessage(in MqttMessage message) => throw new InvalidOperationException("It was known.");

        public IEnumerator<ushort> GetEnumerator()
        {
            yield return Remembers ? (ushort)7 : throw new InvalidOperationException("The collection was modified.");
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }

    private sealed class BadRandom() : Random(0)
    {
        public override double NextDouble() => throw new NotSupportedException("a bug");
    }

    private sealed class LastUnexpected : ClientLog
    {
        public Exception? Error { get; private set; }

        protected override void OnEvent(int id, string text, Exception? error) =>
            Error = id == EventIds.Unexpected ? error : Error;
    }

    private sealed class BadLog : ClientLog
    {
        protected override void OnEvent(int id, string text, Exception? error) =>
            throw new IOException("The disk is full.");
    }
}
