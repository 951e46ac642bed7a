using System.Diagnostics.CodeAnalysis;
using System.Text;
using Meridian.Connectors.Http.North;
using Meridian.Connectors.Http.Tests.Peers;
using Meridian.Sdk.Faults;
using Meridian.Sdk.Intakes;
using Meridian.Sdk.North;
using Meridian.Sdk.Readings;
using Meridian.Testing.Contexts;

namespace Meridian.Connectors.Http.Tests.North;

/// <summary>An HTTP North and a server that misbehaves.</summary>
internal sealed class NorthRig(WebServer server) : IAsyncDisposable
{
    public static readonly Guid JournalId = new("0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0");

    public static readonly DateTimeOffset Time = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly List<HttpNorth> _norths = [];

    public WebServer Server { get; } = server;

    public TestNorthContext Context { get; private set; } = new();

    public HttpNorthSettings Settings { get; init; } = SettingsOf(server.Url);

    public static CancellationToken None => CancellationToken.None;

    [SuppressMessage(
        "Reliability", "CA2000:Dispose objects before losing scope", Justification = "The rig owns the server.")]
    public static async Task<NorthRig> NewAsync() => new(await WebServer.StartAsync());

    public static HttpNorthSettings SettingsOf(Uri url) => new()
    {
        Url = url,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        AnswerTimeout = TimeSpan.FromSeconds(5),
    };

    /// <summary>Limits that a test can wait for.</summary>
    public static HttpNorthSettings Hurried(HttpNorthSettings settings) => settings with
    {
        ConnectTimeout = TimeSpan.FromMilliseconds(300),
        AnswerTimeout = TimeSpan.FromMilliseconds(300),
    };

    public static ValuesBatch Batch(long first, params Reading[] readings) => new(
        JournalId,
        readings,
        Enumerable.Range(0, readings.Length).Select(i => first + i).ToArray(),
        new DeliveryPosition(JournalId, "web", new byte[] { 1 }));

    public static ValuesBatch Numbers(long first, int count) => Batch(
        first,
        [.. Enumerable.Range(0, count).Select(i =>
            new Reading("line1/temp", Time.AddSeconds(first + i), ReadingValue.From(first + i)))]);

    public static FileContent File(string name, byte[] bytes, bool isLengthKnown = true) => new(
        name, isLengthKnown ? bytes.Length : null, _ => ValueTask.FromResult<Stream>(new MemoryStream(bytes)));

    public static DeliveryPosition Position(long at, string? replay = null) =>
        new(JournalId, "web", BitConverter.GetBytes(at)) { ReplayId = replay };

    public static string TextOf(Received received) => Encoding.UTF8.GetString(received.Body);

    /// <summary>The context of the next instance, with another clock.</summary>
    public void UseTime(TimeProvider time)
    {
        Context.Dispose();
        Context = new TestNorthContext(new TestContextOptions { Time = time });
    }

    public HttpNorth Make(HttpNorthSettings? settings = null)
    {
        var north = new HttpNorth(Context, settings ?? Settings);
        _norths.Add(north);
        return north;
    }

    public async Task<HttpNorth> ConnectAsync(HttpNorthSettings? settings = null)
    {
        var north = Make(settings);
        await north.ConnectAsync(None);
        return north;
    }

    /// <summary>The fault of a delivery.</summary>
    public static Task<ConnectorException> FaultAsync(HttpNorth north) =>
        Assert.ThrowsAsync<ConnectorException>(async () => await north.HandleValuesAsync(Numbers(0, 3), None));

    /// <summary>The fault of a connect.</summary>
    public Task<ConnectorException> ConnectFaultAsync(HttpNorthSettings settings) =>
        Assert.ThrowsAsync<ConnectorException>(() => ConnectAsync(settings));

    public async ValueTask DisposeAsync()
    {
        foreach (var north in _norths)
        {
            await north.DisconnectAsync(None);
            await north.StopAsync(None);
        }

        Context.Dispose();
        await Server.DisposeAsync();
    }
}
