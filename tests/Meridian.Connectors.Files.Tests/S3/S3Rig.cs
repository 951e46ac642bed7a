using System.Text;
using Meridian.Connectors.Files.S3;
using Meridian.Connectors.Files.Tests.Files;
using Meridian.Fixtures;
using Meridian.Sdk.Faults;
using Meridian.Sdk.Intakes;
using Meridian.Sdk.North;
using Meridian.Sdk.Settings;
using Meridian.Testing.Peers;

namespace Meridian.Connectors.Files.Tests.S3;

/// <summary>S3 Norths of one test, with a folder and a part of a bucket of their own.</summary>
internal sealed class S3Rig(S3Server server) : IDisposable
{
    private static int _count;

    private readonly List<S3North> _norths = [];

    /// <summary>What the keys of this rig begin with.</summary>
    public string Prefix { get; init; } = $"rig{Interlocked.Increment(ref _count)}/";

    public OutFolder Folder { get; } = new();

    public FakeNorthContext Context { get; } = new();

    public S3NorthSettings Settings => SettingsAt($"http://127.0.0.1:{server.Port}");

    /// <summary>The objects of this rig: the path of each one's bytes by its key behind the prefix.</summary>
    public IReadOnlyDictionary<string, string> Objects => server.Objects()
        .Where(one => one.Key.StartsWith(Prefix, StringComparison.Ordinal))
        .ToDictionary(one => one.Key[Prefix.Length..], static one => one.Value, StringComparer.Ordinal);

    /// <summary>The values in the objects that are files of readings.</summary>
    public int[] Values
    {
        get
        {
            using var copy = new OutFolder();
            foreach (var (key, path) in Objects)
            {
                File.Copy(path, copy.Join(Path.GetFileName(key)));
            }

            return copy.Values();
        }
    }

    public static FileContent Of(string name, string content) => new(
        name, content.Length, _ => new ValueTask<Stream>(new MemoryStream(Encoding.UTF8.GetBytes(content))));

    /// <summary>Hands over a file, and demands that it is delivered.</summary>
    public static async Task DeliverAsync(S3North north, FileContent file, byte token = 1) =>
        Assert.Equal(DeliveryOutcomeKind.Delivered, (await HandleAsync(north, file, token)).Kind);

    /// <summary>The fault of a file.</summary>
    public static Task<ConnectorException> FaultAsync(S3North north, FileContent file) =>
        Assert.ThrowsAsync<ConnectorException>(async () => await HandleAsync(north, file, 1));

    public S3NorthSettings SettingsAt(string endpoint) => new()
    {
        Directory = Folder.Path,
        Bucket = S3Server.Bucket,
        KeyPrefix = Prefix,
        FileKeyPrefix = Prefix + "files/",
        Endpoint = new Uri(endpoint),
        AccessKey = S3Server.AccessKey,
        SecretKey = new Secret(S3Server.SecretKey),
    };

    public S3NorthSettings SettingsAt(TcpRelay relay) => SettingsAt($"http://127.0.0.1:{relay.Port}");

    public S3North Make(S3NorthSettings? settings = null)
    {
        var north = new S3North(Context, settings ?? Settings);
        _norths.Add(north);
        return north;
    }

    public async Task<S3North> ConnectAsync(S3NorthSettings? settings = null)
    {
        var north = Make(settings);
        await north.ConnectAsync(CancellationToken.None);
        return north;
    }

    /// <summary>The fault of a connect, which a test of the connection tells in the same words.</summary>
    public async Task<ConnectorException> ConnectFaultAsync(S3NorthSettings settings)
    {
        var north = Make(settings);
        var fault = await Assert.ThrowsAsync<ConnectorException>(() => north.ConnectAsync(CancellationToken.None));
        var tested = await Assert.ThrowsAsync<ConnectorException>(
            () => Make(settings).TestConnectionAsync(CancellationToken.None));
        Assert.Equal(fault.Message, tested.Message);
        return fault;
    }

    public void Dispose()
    {
        _norths.ForEach(static north => north.Dispose());
        Folder.Dispose();
    }

    private static async Task<DeliveryOutcome> HandleAsync(S3North north, FileContent file, byte token) =>
        await north.HandleFileAsync(
            file, new DeliveryPosition(default, "north", new[] { token }), CancellationToken.None);
}
