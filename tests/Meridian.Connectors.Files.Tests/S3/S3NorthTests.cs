using System.Security.Cryptography;
using System.Text;
using Amazon.Runtime;
using Amazon.S3;
using Meridian.Connectors.Files.Parts;
using Meridian.Connectors.Files.S3;
using Meridian.Connectors.Files.Tests.Files;
using Meridian.Fixtures;
using Meridian.Sdk.Faults;
using Meridian.Sdk.Intakes;
using Meridian.Sdk.North;
using Meridian.Sdk.Settings;
using Meridian.Testing.Peers;

namespace Meridian.Connectors.Files.Tests.S3;

/// <summary>The S3 North against s3rver.</summary>
public sealed class S3NorthTests : IAsyncLifetime, IDisposable
{
    private readonly OutFolder _folder = new();
    private readonly FakeNorthContext _context = new();

    // Started before each test.
    private S3Server _server = null!;

    public async Task InitializeAsync() => _server = await S3Server.StartAsync();

    public Task DisposeAsync() => _server.DisposeAsync().AsTask();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Stop_AfterDeliveries_TheFileIsInTheBucketAndNotInTheFolder()
    {
        using var north = new S3North(_context, Settings with { KeyPrefix = "plant1/{year}/{month}/{day}/{hour}/" });
        await north.ConnectAsync(CancellationToken.None);
        await _context.DeliverUpToAsync(north, 3);
        Assert.Empty(_server.Objects());

        await north.DisconnectAsync(CancellationToken.None);
        await north.StopAsync(CancellationToken.None);

        var (key, path) = Assert.Single(_server.Objects());
        Assert.Equal("plant1/2026/11/21/10/values-20261121T101500Z-000001.csv", key);
        Assert.Equal(4, (await File.ReadAllLinesAsync(path)).Length);
        Assert.Equal([".values-s3.note"], _folder.Names);
    }

    [Fact]
    public async Task Parquet_InTheBucket_IsReadByDuckDb()
    {
        using var north = new S3North(_context, Settings with { Format = FilesFormat.Parquet });
        await north.ConnectAsync(CancellationToken.None);
        await _context.DeliverUpToAsync(north, 1_000);
        await north.DisconnectAsync(CancellationToken.None);
        await north.StopAsync(CancellationToken.None);

        var answer = await ParquetReaders.QueryAsync(
            $"SELECT count(*) AS n, sum(integer) AS s FROM read_parquet('{_server.Objects().Values.Single()}')");

        Assert.Equal("""{"n":"1000","s":"499500"}""", Assert.Single(answer));
    }

    [Fact]
    public async Task Store_LostForAWhile_NothingMoreIsTakenAndNothingIsLost()
    {
        using var north = new S3North(_context, Settings with { MaxFileSize = new ByteSize(1_024) });
        await north.ConnectAsync(CancellationToken.None);
        await _context.DeliverUpToAsync(north, 20);

        await _server.StopAsync();
        var fault = await Assert.ThrowsAsync<ConnectorException>(() => _context.DeliverUpToAsync(north, 40));
        var again = await Assert.ThrowsAsync<ConnectorException>(() => _context.DeliverUpToAsync(north, 40));
        await north.DisconnectAsync(CancellationToken.None);
        await Assert.ThrowsAsync<ConnectorException>(() => north.ConnectAsync(CancellationToken.None));
        await north.DisconnectAsync(CancellationToken.None);
        Assert.True(File.Exists(_folder.Join("values-20261121T101500Z-000001.csv")));

        await _server.RestartAsync();
        await north.ConnectAsync(CancellationToken.None);
        Assert.Single(_server.Objects());
        await _context.DeliverUpToAsync(north, 40);
        await north.DisconnectAsync(CancellationToken.None);
        await north.StopAsync(CancellationToken.None);

        Assert.True(fault.IsTransient && again.IsTransient);
        Assert.Contains("cannot be reached", fault.Message, StringComparison.Ordinal);
        Assert.Equal(Enumerable.Range(0, 40), Values());
    }

    [Fact]
    public async Task Store_KilledAfterTheUpload_TheObjectIsThereOnceAndTheFileGoes()
    {
        using (var north = new S3North(_context, Settings))
        {
            await north.ConnectAsync(CancellationToken.None);
            await _context.DeliverUpToAsync(north, 20);
            await north.DisconnectAsync(CancellationToken.None);
            await north.StopAsync(CancellationToken.None);
        }

        // Killed between the two: the object is there, the file still too.
        var (key, path) = _server.Objects().Single();
        File.Copy(path, _folder.Join(key));
        var stored = File.GetLastWriteTimeUtc(path);
        using var next = new S3North(_context, Settings);
        await next.ConnectAsync(CancellationToken.None);

        Assert.Equal([".values-s3.note"], _folder.Names);
        Assert.Equal(stored, File.GetLastWriteTimeUtc(_server.Objects().Single().Value));
    }

    [Fact]
    public async Task Store_KeyOfSomebodyElse_IsNotWrittenOver()
    {
        using var north = new S3North(_context, Settings);
        await File.WriteAllTextAsync(_folder.Join("values-20261121T101500Z-000001.csv"), "another gateway's");
        await north.ConnectAsync(CancellationToken.None);
        await north.DisconnectAsync(CancellationToken.None);
        await File.WriteAllTextAsync(_folder.Join("values-20261121T101500Z-000001.csv"), "ours");

        var fault = await Assert.ThrowsAsync<ConnectorException>(() => north.ConnectAsync(CancellationToken.None));

        Assert.True(fault.IsTransient);
        Assert.Contains("settings.keyPrefix", fault.Message, StringComparison.Ordinal);
        Assert.Equal("another gateway's", await File.ReadAllTextAsync(_server.Objects().Single().Value));
    }

    [Fact]
    public async Task File_InParts_IsThereByteForByteOnceAndWithLittleMemory()
    {
        const long Length = 33L * 1_024 * 1_024;
        using var north = new S3North(_context, Settings with { PartSize = new ByteSize(5 << 20) });
        await north.ConnectAsync(CancellationToken.None);
        var file = new FileContent("big.bin", Length, static _ => new ValueTask<Stream>(new NumberStream(Length)));

        await DeliverAsync(north, file, 1);
        await DeliverAsync(north, file, 1);

        var (key, path) = Assert.Single(_server.Objects());
        await using var stored = File.OpenRead(path);
        await using var source = new NumberStream(Length);
        Assert.Equal("files/big.bin", key);
        Assert.Equal(await SHA256.HashDataAsync(source), await SHA256.HashDataAsync(stored));
    }

    [Fact]
    public async Task File_OfTheSameName_GetsANumber()
    {
        using var north = new S3North(_context, Settings);
        await north.ConnectAsync(CancellationToken.None);

        await DeliverAsync(north, Of("a b/ü.txt", "one"), 1);
        await DeliverAsync(north, Of("a b/ü.txt", "two"), 2);
        await DeliverAsync(north, Of("a b/ü.txt", "two"), 2);

        Assert.Equal(["files/a b_ü.2.txt", "files/a b_ü.txt"], _server.Objects().Keys, StringComparer.Ordinal);
        Assert.Equal("one", await File.ReadAllTextAsync(_server.Objects()["files/a b_ü.txt"]));
    }

    [Theory]
    [InlineData("wrong", "plant", Fault.Unauthorized, "does not know the access key 'wrong'")]
    [InlineData("S3RVER", "nowhere", Fault.Misconfigured, "has no bucket 'nowhere'")]
    public async Task Connect_Refused_IsSaidInWordsAndRecovers(
        string key, string bucket, Fault expected, string words)
    {
        var settings = Settings with { AccessKey = key, Bucket = bucket };
        using var north = new S3North(_context, settings);

        var fault = await Assert.ThrowsAsync<ConnectorException>(() => north.ConnectAsync(CancellationToken.None));
        var tested = await Assert.ThrowsAsync<ConnectorException>(
            () => north.TestConnectionAsync(CancellationToken.None));

        Assert.Equal(expected, fault.Fault);
        Assert.True(fault.IsTransient);
        Assert.Contains(words, fault.Message, StringComparison.Ordinal);
        Assert.Equal(fault.Message, tested.Message);
    }

    [Fact]
    public async Task Connect_NobodyThere_IsSaidInWords()
    {
        using var north = new S3North(
            _context, Settings with { Endpoint = new Uri($"http://127.0.0.1:{FreePort.Next()}") });

        var fault = await Assert.ThrowsAsync<ConnectorException>(() => north.ConnectAsync(CancellationToken.None));

        Assert.Equal(Fault.Unreachable, fault.Fault);
        Assert.Contains("refused", fault.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Connect_NameUnknown_IsSaidInWords()
    {
        using var north = new S3North(_context, Settings with { Endpoint = new Uri("http://store.invalid:9000") });

        var fault = await Assert.ThrowsAsync<ConnectorException>(() => north.ConnectAsync(CancellationToken.None));

        Assert.Contains("its name is not known", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_HalfOpenLink_EndsByTheTimeout()
    {
        await using var relay = TcpRelay.Start("127.0.0.1", _server.Port);
        relay.Hold();
        using var north = new S3North(_context, Settings with
        {
            Endpoint = new Uri($"http://127.0.0.1:{relay.Port}"),
            Timeout = TimeSpan.FromMilliseconds(300),
        });

        var fault = await Assert.ThrowsAsync<ConnectorException>(() => north.ConnectAsync(CancellationToken.None));
        relay.Release();
        await north.DisconnectAsync(CancellationToken.None);
        await north.ConnectAsync(CancellationToken.None);

        Assert.Contains("did not answer within 0.3 s", fault.Message, StringComparison.Ordinal);
        Assert.True(_context.IsConnected);
    }

    [Fact]
    public async Task Connect_CertificateOfAStranger_IsSaidInWords()
    {
        using var authority = new TestAuthority("stranger");
        using var certificate = authority.Server("localhost");
        await using var server = await S3Server.StartAsync(certificate);
        using var north = new S3North(
            _context, Settings with { Endpoint = new Uri($"https://localhost:{server.Port}") });

        var fault = await Assert.ThrowsAsync<ConnectorException>(() => north.ConnectAsync(CancellationToken.None));

        Assert.Equal(Fault.Unreachable, fault.Fault);
        Assert.Contains("cannot be trusted", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SignatureDoesNotMatch", 403, Fault.Unauthorized, "does not take the secret")]
    [InlineData("RequestTimeTooSkewed", 403, Fault.Unauthorized, "clocks")]
    [InlineData("AccessDenied", 403, Fault.Unauthorized, "s3:PutObject")]
    [InlineData("ExpiredToken", 400, Fault.Unauthorized, "session token")]
    [InlineData("PermanentRedirect", 301, Fault.Misconfigured, "settings.region")]
    [InlineData("SlowDown", 503, Fault.Unreachable, "503 SlowDown")]
    public void Faults_OfTheStore_AreInWords(string code, int status, Fault expected, string words)
    {
        var answer = new AmazonS3Exception("Said.", ErrorType.Sender, code, "id", (System.Net.HttpStatusCode)status);

        var fault = S3Faults.Of(answer, Settings);

        Assert.Equal(expected, fault.Fault);
        Assert.True(fault.IsTransient);
        Assert.Contains(words, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TestConnection_Bucket_GivesFactsAndNoSecret()
    {
        using var north = new S3North(_context, Settings);

        var facts = await north.TestConnectionAsync(CancellationToken.None);

        Assert.Contains(facts, fact => fact is { Key: "Bucket", Value: "plant" });
        Assert.Contains(facts, fact => fact.Key is "Free space");
        Assert.DoesNotContain(facts, fact => fact.Value.Contains(S3Server.SecretKey, StringComparison.Ordinal));
    }

    [Fact]
    public void Check_WhatIsWrong_IsFoundAtOnce()
    {
        var settings = Settings with
        {
            Bucket = "a/b",
            Endpoint = new Uri("http://host/path"),
            KeyPrefix = "{minute}/",
            FileKeyPrefix = "{year}/",
        };

        Assert.Equal(
            ["settings.bucket", "settings.endpoint", "settings.keyPrefix", "settings.fileKeyPrefix"],
            S3NorthManifest.Manifest.Check(settings).Select(problem => problem.Path),
            StringComparer.Ordinal);
        Assert.Empty(S3NorthManifest.Manifest.Check(Settings));
    }

    private S3NorthSettings Settings => new()
    {
        Directory = _folder.Path,
        Bucket = S3Server.Bucket,
        Endpoint = new Uri($"http://127.0.0.1:{_server.Port}"),
        AccessKey = S3Server.AccessKey,
        SecretKey = new Secret(S3Server.SecretKey),
    };

    private static FileContent Of(string name, string content) => new(
        name, content.Length, _ => new ValueTask<Stream>(new MemoryStream(Encoding.UTF8.GetBytes(content))));

    private static async Task DeliverAsync(S3North north, FileContent file, byte token)
    {
        var outcome = await north.HandleFileAsync(
            file, new DeliveryPosition(default, "north", new[] { token }), CancellationToken.None);
        Assert.Equal(DeliveryOutcomeKind.Delivered, outcome.Kind);
    }

    private int[] Values()
    {
        using var copy = new OutFolder();
        foreach (var (key, path) in _server.Objects())
        {
            File.Copy(path, copy.Join(Path.GetFileName(key)));
        }

        return copy.Values();
    }
}
