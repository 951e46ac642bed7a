using System.Globalization;
using CustomConnector;
using Meridian.Sdk;
using Meridian.Testing.Contract;
using Meridian.Testing.Peers;

namespace Meridian.Testing.Tests.Contract;

/// <summary>
/// The sample's North, which people copy, keeps the contract of the Sdk. (Its South is a clock, which yields nothing
/// that the suite could ask it for.)
/// </summary>
public sealed class SampleTests
{
    public static TheoryData<string> Checks => [.. Contract().Checks.Select(static check => check.Name)];

    [Theory]
    [MemberData(nameof(Checks))]
    public Task Diary_InAFolder_Keeps(string check) => Contract().RunAsync(check);

    private static ConnectorContract Contract() => ConnectorContract.Of(
        new Plugin().Connectors.OfType<NorthManifest>().Single(),
        static () => Task.FromResult<INorthPeer>(new FolderPeer()),
        new ContractOptions { PeerCanBeAbsent = false, PeerCanVanish = false });

    private sealed class FolderPeer : INorthPeer
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("meridian-diary-");

        public object Settings => new DiarySettings { Folder = _folder.FullName };

        private string Diary => Path.Combine(_folder.FullName, "diary.txt");

        public async ValueTask<IReadOnlyList<long>?> ReadReceivedAsync() => File.Exists(Diary)
            ? [.. (await File.ReadAllLinesAsync(Diary)).Select(static line =>
                long.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture))]
            : [];

        public async ValueTask<ReadOnlyMemory<byte>?> ReadFileAsync(string name)
        {
            var path = Path.Combine(_folder.FullName, name);
            return File.Exists(path) ? await File.ReadAllBytesAsync(path) : null;
        }

        public ValueTask DisposeAsync()
        {
            _folder.Delete(recursive: true);
            return ValueTask.CompletedTask;
        }
    }
}
