using System.Globalization;
using System.Security.Cryptography.X509Certificates;

namespace Meridian.Fixtures;

/// <summary>
/// A real S3 server (s3rver, Node) on 127.0.0.1 with a folder of its own and one bucket. It knows its key and takes
/// any secret. An object is there whole or not at all, as S3 has it.
/// </summary>
public sealed class S3Server : IAsyncDisposable
{
    private const string ObjectSuffix = "._S3rver_object";

    private readonly TempFolder _folder = new("meridian-s3-");
    private readonly ServerProcess _process;
    private readonly bool _isTls;

    private readonly bool _keepsMetadata;

    private S3Server(X509Certificate2? certificate, bool keepsMetadata)
    {
        _keepsMetadata = keepsMetadata;
        _isTls = certificate is not null;
        if (certificate is not null)
        {
            PemFiles.Write(certificate, _folder.At("cert.pem"), _folder.At("key.pem"));
        }

        _process = new ServerProcess("s3rver", Port, Start);
    }

    /// <summary>The bucket that it has.</summary>
    public static string Bucket => "plant";

    /// <summary>The only access key.</summary>
    public static string AccessKey => "S3RVER";

    /// <summary>Its secret.</summary>
    public static string SecretKey => "S3RVER";

    /// <summary>The port.</summary>
    public int Port { get; } = FreePort.Next();

    /// <summary>Starts a server and waits until it takes connections.</summary>
    /// <param name="certificate">Its certificate with the private key; null for plain HTTP.</param>
    /// <param name="keepsMetadata">False for one that gives back no metadata of objects, as some stores do.</param>
    public static async Task<S3Server> StartAsync(X509Certificate2? certificate = null, bool keepsMetadata = true)
    {
        await NodeClients.EnsureInstalledAsync();
        var server = new S3Server(certificate, keepsMetadata);
        try
        {
            await server.RestartAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>The objects of the bucket: the path of each one's bytes by its key, in the order of keys.</summary>
    public IReadOnlyDictionary<string, string> Objects()
    {
        var folder = Path.Combine(_folder.At("data"), Bucket);
        var objects = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var path in Directory.EnumerateFiles(folder, "*" + ObjectSuffix, SearchOption.AllDirectories))
        {
            var key = Path.GetRelativePath(folder, path)[..^ObjectSuffix.Length];
            objects.Add(key.Replace(Path.DirectorySeparatorChar, '/'), path);
        }

        return objects;
    }

    /// <summary>Ends it.</summary>
    public Task StopAsync() => _process.EndAsync(Signal.Kill);

    /// <summary>Starts it again, with what is on its disk.</summary>
    public Task RestartAsync() => _process.RestartAsync();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _folder.Dispose();
    }

    private ChildProcess Start() => ChildProcess.Start(
        ServersInstalled.Require("node", "nodejs"),
        [
            NodeClients.Script("s3.mjs"),
            "--directory", _folder.At("data"),
            "--port", Port.ToString(CultureInfo.InvariantCulture),
            "--bucket", Bucket,
            .. _keepsMetadata ? Array.Empty<string>() : ["--forgets-metadata"],
            .. _isTls ? new[] { "--cert", _folder.At("cert.pem"), "--key", _folder.At("key.pem") } : [],
        ]);
}
