using System.Security.Cryptography;
using Meridian.Connectors.Files.Parts;
using Meridian.Connectors.Files.S3;
using Meridian.Connectors.Files.Tests.Files;
using Meridian.Fixtures;
using Meridian.Sdk.Faults;
using Meridian.Sdk.Intakes;
using Meridian.Sdk.Settings;

namespace Meridian.Connectors.Files.Tests.S3;

/// <summary>The S3 North against s3rver.</summary>
public sealed class S3NorthTests : IAsyncLifetime, IDisposable
{
    // Both are made before each test.
    private S3Server _server = null!;
    private S3Rig _rig = null!;

    private S3NorthSettings Settings => _rig.Settings;

    public async Task InitializeAsync()
    {
        _server = await S3Server.StartAsync();
        _rig = new S3Rig(_server) { Prefix = string.Empty };
    }

    public Task DisposeAsync() => _server.DisposeAsync().AsTask();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public async Task Stop_AfterDeliveries_TheFileIsInTheBucketAndNotInTheFolder()
    {
        using var north = new S3North(
            _rig.Context, Settings with { KeyPrefix = "plant1/{year}/{month}/{day}/{hour}/" });
        await north.ConnectAsync(CancellationToken.None);
        await _rig.Context.DeliverUpToAsync(north, 3);
        Assert.Empty(_rig.Objects);

        await north.DisconnectAsync(CancellationToken.None);
        await north.StopAsync(CancellationToken.None);

        var (key, path) = Assert.Single(_rig.Objects);
        Assert.Equal("plant1/2026/11/21/10/values-20261121T101500Z-000001.csv", key);
        Assert.Equal(4, (await File.ReadAllLinesAsync(path)).Length);
        Assert.Equal([".values-s3.note"], _rig.Folder.Names);
    }

    [Fact]
    public async Task Parquet_InTheBucket_IsReadByDuckDb()
    {
        using var north = new S3North(_rig.Context, Settings with { Format = FilesFormat.Parquet });
        await north.ConnectAsync(CancellationToken.None);
        await _rig.Context.DeliverUpToAsync(north, 1_000);
        await north.DisconnectAsync(CancellationToken.None);
        await north.StopAsync(CancellationToken.None);

        var answer = await ParquetReaders.QueryAsync(
            $"SELECT count(*) AS n, sum(integer) AS s FROM read_parquet('{_rig.Objects.Values.Single()}')");

        Assert.Equal("""{"n":"1000","s":"499500"}""", Assert.Single(answer));
    }

    [Fact]
    public async Task Store_LostForAWhile_NothingMoreIsTakenAndNothingIsLost()
    {
        using var north = new S3North(_rig.Context, Settings with { MaxFileSize = new ByteSize(1_024) });
        await north.ConnectAsync(CancellationToken.None);
        await _rig.Context.DeliverUpToAsync(north, 20);

        await _server.StopAsync();
        var fault = await Assert.ThrowsAsync<ConnectorException>(() => _rig.Context.DeliverUpToAsync(north, 40));
        var again = await Assert.ThrowsAsync<ConnectorException>(() => _rig.Context.DeliverUpToAsync(north, 40));
        await north.DisconnectAsync(CancellationToken.None);
        await Assert.ThrowsAsync<ConnectorException>(() => north.ConnectAsync(CancellationToken.None));
        await north.DisconnectAsync(CancellationToken.None);
        Assert.True(File.Exists(_rig.Folder.Join("values-20261121T101500Z-000001.csv")));

        await _server.RestartAsync();
        await north.ConnectAsync(CancellationToken.None);
        Assert.Single(_rig.Objects);
        await _rig.Context.DeliverUpToAsync(north, 40);
        await north.DisconnectAsync(CancellationToken.None);
        await north.StopAsync(CancellationToken.None);

        Assert.True(fault.IsTransient && again.IsTransient);
        Assert.Contains("cannot be reached", fault.Message, StringComparison.Ordinal);
        Assert.Equal(Enumerable.Range(0, 40), _rig.Values);
    }

    [Fact]
    public async Task Store_KilledAfterTheUpload_TheObjectIsThereOnceAndTheFileGoes()
    {
        using (var north = new S3North(_rig.Context, Settings))
        {
            await north.ConnectAsync(CancellationToken.None);
            await _rig.Context.DeliverUpToAsync(north, 20);
            await north.DisconnectAsync(CancellationToken.None);
            await north.StopAsync(CancellationToken.None);
        }

        // Killed between the two: the object is there, the file still too.
        var (key, path) = _rig.Objects.Single();
        File.Copy(path, _rig.Folder.Join(key));
        var stored = File.GetLastWriteTimeUtc(path);
        using var next = new S3North(_rig.Context, Settings);
        await next.ConnectAsync(CancellationToken.None);

        Assert.Equal([".values-s3.note"], _rig.Folder.Names);
        Assert.Equal(stored, File.GetLastWriteTimeUtc(_rig.Objects.Single().Value));
    }

    [Fact]
    public async Task Store_KeyOfSomebodyElse_IsNotWrittenOver()
    {
        using var north = new S3North(_rig.Context, Settings);
        await File.WriteAllTextAsync(_rig.Folder.Join("values-20261121T101500Z-000001.csv"), "another gateway's");
        await north.ConnectAsync(CancellationToken.None);
        await north.DisconnectAsync(CancellationToken.None);
        await File.WriteAllTextAsync(_rig.Folder.Join("values-20261121T101500Z-000001.csv"), "ours");

        var fault = await Assert.ThrowsAsync<ConnectorException>(() => north.ConnectAsync(CancellationToken.None));

        Assert.True(fault.IsTransient);
        Assert.Contains("settings.keyPrefix", fault.Message, StringComparison.Ordinal);
        Assert.Equal("another gateway's", await File.ReadAllTextAsync(_rig.Objects.Single().Value));
    }

    [Fact]
    public async Task File_InParts_IsThereByteForByteOnceAndWithLittleMemory()
    {
        const long Length = 33L * 1_024 * 1_024;
        using var north = new S3North(_rig.Context, Settings with { PartSize = new ByteSize(5 << 20) });
        await north.ConnectAsync(CancellationToken.None);
        var file = new FileContent("big.bin", Length, static _ => new ValueTask<Stream>(new NumberStream(Length)));

        await S3Rig.DeliverAsync(north, file, 1);
        await S3Rig.DeliverAsync(north, file, 1);

        var (key, path) = Assert.Single(_rig.Objects);
        await using var stored = File.OpenRead(path);
        await using var source = new NumberStream(Length);
        Assert.Equal("files/big.bin", key);
        Assert.Equal(await SHA256.HashDataAsync(source), await SHA256.HashDataAsync(stored));
    }

    [Fact]
    public async Task File_OfTheSameName_GetsANumber()
    {
        using var north = new S3North(_rig.Context, Settings);
        await north.ConnectAsync(CancellationToken.None);

        await S3Rig.DeliverAsync(north, S3Rig.Of("a b/ü.txt", "one"), 1);
        await S3Rig.DeliverAsync(north, S3Rig.Of("a b/ü.txt", "two"), 2);
        await S3Rig.DeliverAsync(north, S3Rig.Of("a b/ü.txt", "two"), 2);

        Assert.Equal(["files/a b_ü.2.txt", "files/a b_ü.txt"], _rig.Objects.Keys, StringComparer.Ordinal);
        Assert.Equal("one", await File.ReadAllTextAsync(_rig.Objects["files/a b_ü.txt"]));
    }

    [Fact]
    public async Task TestConnection_Bucket_GivesFactsAndNoSecretAndLeavesNothing()
    {
        var settings = Settings with { SecretKey = new Secret("s3cret-of-the-test") };

        var facts = (await _rig.Make(settings).TestConnectionAsync(CancellationToken.None))
            .ToDictionary(static one => one.Key, static one => one.Value, StringComparer.Ordinal);

        Assert.Equal(($"http://127.0.0.1:{_server.Port}", "plant"), (facts["Store"], facts["Bucket"]));
        Assert.Equal("the key may read, list and store", facts["Rights for readings"]);
        Assert.Equal("the key may read, list and store below 'files/'", facts["Rights for files"]);
        Assert.Matches("^[0-9]+ ms$", facts["Answer within"]);
        Assert.Equal(_rig.Folder.Path, facts["Directory"]);
        Assert.NotEmpty(facts["Free space"]);
        Assert.DoesNotContain(facts.Values, static one => one.Contains("s3cret", StringComparison.Ordinal));
        Assert.Empty(_rig.Objects);
        Assert.Empty(_rig.Folder.Names);
    }

    [Fact]
    public async Task TestConnection_KeyMayStoreReadingsOnly_TellsThatFilesMayNotBeStored()
    {
        await using var store = new RawServer(static request =>
            request.Contains("/files/", StringComparison.Ordinal)
                ? RawServer.Answer("403 Forbidden", "application/xml", "<Error><Code>AccessDenied</Code></Error>")
            : request.StartsWith("GET", StringComparison.Ordinal)
                ? RawServer.Answer("404 Not Found", "application/xml", "<Error><Code>NoSuchKey</Code></Error>")
                : RawServer.Answer(
                    "200 OK",
                    "application/xml",
                    "<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>"));
        var north = _rig.Make(_rig.SettingsAt($"http://127.0.0.1:{store.Port}") with { KeyPrefix = "p/{year}/" });

        var facts = (await north.TestConnectionAsync(CancellationToken.None))
            .ToDictionary(static one => one.Key, static one => one.Value, StringComparer.Ordinal);

        Assert.Equal("the key may read, list and store below 'p/'", facts["Rights for readings"]);
        Assert.StartsWith("none below 'files/': The store at ", facts["Rights for files"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Store_ThatKeepsNoMetadata_HasEverythingOnce()
    {
        await using var server = await S3Server.StartAsync(keepsMetadata: false);
        using var rig = new S3Rig(server);
        using var files = new S3Rig(server);
        var north = await rig.ConnectAsync();
        await rig.Context.DeliverUpToAsync(north, 20);
        await north.DisconnectAsync(CancellationToken.None);
        await north.StopAsync(CancellationToken.None);

        north = await files.ConnectAsync(files.Settings with { PartSize = new ByteSize(5 << 20) });
        var large = new string('x', 6 << 20);
        await S3Rig.DeliverAsync(north, S3Rig.Of("a.txt", "one"));
        await S3Rig.DeliverAsync(north, S3Rig.Of("large.txt", large), 2);
        await S3Rig.DeliverAsync(north, S3Rig.Of("large.txt", large), 2); // As after a lost answer.

        Assert.Equal(Enumerable.Range(0, 20), rig.Values);
        Assert.Equal(["files/a.txt", "files/large.txt"], files.Objects.Keys, StringComparer.Ordinal);
        Assert.Equal(large.Length, new FileInfo(files.Objects["files/large.txt"]).Length);
    }

    [Fact]
    public async Task TestConnection_KeyMayNotStore_IsSaidInWords()
    {
        await using var store = new RawServer(static request => request.StartsWith("GET", StringComparison.Ordinal)
            ? RawServer.Answer("404 Not Found", "application/xml", "<Error><Code>NoSuchKey</Code></Error>")
            : RawServer.Answer("403 Forbidden", "application/xml", "<Error><Code>AccessDenied</Code></Error>"));
        var north = _rig.Make(_rig.SettingsAt($"http://127.0.0.1:{store.Port}"));

        var fault = await Assert.ThrowsAsync<ConnectorException>(
            () => north.TestConnectionAsync(CancellationToken.None));

        Assert.Equal((Fault.Unauthorized, true), (fault.Fault, fault.IsTransient));
        Assert.Contains("needs the rights s3:PutObject", fault.Message, StringComparison.Ordinal);
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
        var problem = Assert.Single(S3NorthManifest.Manifest.Check(
            Settings with { Endpoint = new Uri("https://user:hush@store:9000") }));
        Assert.Equal("settings.endpoint", problem.Path);
        Assert.DoesNotContain("hush", problem.Message, StringComparison.Ordinal);
    }
}
