using System.Globalization;
using System.Text.Json;
using Meridian.Connectors.Files.Encodings;
using Meridian.Connectors.Files.Files;
using Meridian.Connectors.Files.Parts;
using Meridian.Connectors.Files.S3;
using Meridian.Connectors.Files.Tests.Files;
using Meridian.Fixtures;
using Meridian.Sdk.Settings;
using Meridian.Testing.Contract;
using Meridian.Testing.Peers;

namespace Meridian.Connectors.Files.Tests.Contract;

/// <summary>The files and S3 Norths keep the contract of the Sdk.</summary>
public sealed class NorthContractTests : IClassFixture<S3Store>
{
    // An open file is written to wherever its name is, so a folder cannot vanish from under it.
    private static readonly ContractOptions AbsentAtMost = new() { PeerCanVanish = false };

    private readonly S3Store _store;

    public NorthContractTests(S3Store store) => _store = store;

    public static TheoryData<string, FilesFormat> FilesChecks
    {
        get
        {
            var data = new TheoryData<string, FilesFormat>();
            foreach (var format in Enum.GetValues<FilesFormat>())
            {
                foreach (var check in OfFiles(format).Checks)
                {
                    data.Add(check.Name, format);
                }
            }

            return data;
        }
    }

    public static TheoryData<string> S3Checks => [.. OfS3(null).Checks.Select(static check => check.Name)];

    [Theory]
    [MemberData(nameof(FilesChecks))]
    public Task Files_OnARealFolder_Keeps(string check, FilesFormat format) => OfFiles(format).RunAsync(check);

    [Theory]
    [MemberData(nameof(S3Checks))]
    public Task S3_OnARealServer_Keeps(string check) => OfS3(_store).RunAsync(check);

    private static ConnectorContract OfFiles(FilesFormat format) => ConnectorContract.Of(
        FilesNorthManifest.Manifest, () => Task.FromResult<INorthPeer>(new FolderPeer(format)), AbsentAtMost);

    private static ConnectorContract OfS3(S3Store? store) => ConnectorContract.Of(
        S3NorthManifest.Manifest,
        // Without a store only the names of the checks are asked for.
        () => Task.FromResult<INorthPeer>(new S3Peer(store!.Server)));

    /// <summary>A folder, which is absent by a file that lies in its place.</summary>
    private sealed class FolderPeer(FilesFormat format) : INorthPeer
    {
        private readonly OutFolder _parent = new();

        public object Settings => new FilesNorthSettings { Directory = Folder, Format = format };

        private string Folder => Path.Combine(_parent.Path, "out");

        private string Away => Path.Combine(_parent.Path, "away");

        public async ValueTask<IReadOnlyList<long>?> ReadReceivedAsync()
        {
            var values = new List<long>();
            string[] parquet = [.. Directory.EnumerateFiles(Folder, "*.parquet")];
            if (parquet.Length > 0)
            {
                values.AddRange((await ParquetReaders.ReadRowsAsync(ParquetReaders.HyParquet, parquet))
                    .SelectMany(static rows => rows).Select(OfRow));
            }

            foreach (var file in Directory.EnumerateFiles(Folder))
            {
                values.AddRange(ReadOpen(file));
            }

            return values;
        }

        public async ValueTask<ReadOnlyMemory<byte>?> ReadFileAsync(string name)
        {
            var path = Path.Combine(Folder, name);
            return File.Exists(path) ? await File.ReadAllBytesAsync(path) : null;
        }

        public async ValueTask VanishAsync()
        {
            if (Directory.Exists(Folder))
            {
                Directory.Move(Folder, Away);
            }

            await File.WriteAllTextAsync(Folder, "In the way.");
        }

        public ValueTask ReturnAsync()
        {
            File.Delete(Folder);
            if (Directory.Exists(Away))
            {
                Directory.Move(Away, Folder);
            }

            return ValueTask.CompletedTask;
        }

        public ValueTask DisposeAsync()
        {
            _parent.Dispose();
            return ValueTask.CompletedTask;
        }

        /// <summary>What is readable as it grows, and what was completed of it.</summary>
        private static List<long> ReadOpen(string path)
        {
            var name = Path.GetFileName(path).Replace(".part", string.Empty, StringComparison.Ordinal);
            if (!name.StartsWith("values-", StringComparison.Ordinal))
            {
                return [];
            }

            return Path.GetExtension(name) switch
            {
                ".csv" => [.. File.ReadAllLines(path).Skip(1)
                    .Select(static line => long.Parse(line.Split(',')[2], CultureInfo.InvariantCulture))],
                ".ndjson" => [.. File.ReadAllLines(path).Select(OfLine)],
                ".spool" => ReadSpool(path),
                _ => [],
            };
        }

        private static List<long> ReadSpool(string path)
        {
            using var reader = new SpoolReader(path, new FileInfo(path).Length);
            var values = new List<long>();
            while (reader.TryRead(out var readings))
            {
                values.AddRange(readings.Select(static reading => reading.Value.AsInt64()));
            }

            return values;
        }

        private static long OfLine(string line)
        {
            using var document = JsonDocument.Parse(line);
            return document.RootElement.GetProperty("value").GetInt64();
        }

        private static long OfRow(string line)
        {
            using var document = JsonDocument.Parse(line);
            return long.Parse(document.RootElement.GetProperty("integer").GetString()!, CultureInfo.InvariantCulture);
        }
    }

    /// <summary>A part of the bucket, behind a relay.</summary>
    private sealed class S3Peer(S3Server server) : INorthPeer
    {
        private static int _count;

        private readonly OutFolder _folder = new();
        private readonly TcpRelay _relay = TcpRelay.Start("127.0.0.1", server.Port);
        private readonly string _prefix = $"peer{Interlocked.Increment(ref _count)}/";

        public TcpRelay? Relay => _relay;

        public object Settings => new S3NorthSettings
        {
            Directory = _folder.Path,

            // Each batch completes the file of the one before, so that every delivery needs the store.
            MaxFileSize = new ByteSize(1),
            Bucket = S3Server.Bucket,
            KeyPrefix = _prefix,
            FileKeyPrefix = _prefix + "files/",
            Endpoint = new Uri($"http://127.0.0.1:{_relay.Port}"),
            AccessKey = S3Server.AccessKey,
            SecretKey = new Secret(S3Server.SecretKey),
            Timeout = TimeSpan.FromSeconds(2),
        };

        public async ValueTask<IReadOnlyList<long>?> ReadReceivedAsync()
        {
            var values = new List<long>();
            foreach (var (key, path) in server.Objects())
            {
                if (key.StartsWith(_prefix + "values-", StringComparison.Ordinal))
                {
                    var lines = await File.ReadAllLinesAsync(path);
                    values.AddRange(lines.Skip(1).Select(
                        static line => long.Parse(line.Split(',')[2], CultureInfo.InvariantCulture)));
                }
            }

            return values;
        }

        public async ValueTask<ReadOnlyMemory<byte>?> ReadFileAsync(string name) =>
            server.Objects().TryGetValue($"{_prefix}files/{name}", out var path)
                ? await File.ReadAllBytesAsync(path)
                : null;

        public async ValueTask DisposeAsync()
        {
            await _relay.DisposeAsync();
            _folder.Dispose();
        }
    }
}
