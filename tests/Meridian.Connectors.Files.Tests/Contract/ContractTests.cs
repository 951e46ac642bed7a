using System.Globalization;
using Meridian.Connectors.Files.Folder;
using Meridian.Sdk;
using Meridian.Sdk.South;
using Meridian.Testing.Contract;
using Meridian.Testing.Peers;

namespace Meridian.Connectors.Files.Tests.Contract;

/// <summary>The folder South keeps the contract of the Sdk.</summary>
public sealed class ContractTests
{
    // A folder is looked at when it is asked for: nothing is open that could be lost meanwhile.
    private static readonly ContractOptions AbsentAtMost = new() { PeerCanVanish = false };

    public static TheoryData<string> Checks => [.. OfFolder().Checks.Select(static check => check.Name)];

    [Theory]
    [MemberData(nameof(Checks))]
    public Task Folder_OnADisk_Keeps(string check) => OfFolder().RunAsync(check);

    private static ConnectorContract OfFolder() => ConnectorContract.Of(
        (SouthManifest)FilesConnectors.Manifests[0],
        static () => Task.FromResult<ISouthPeer>(new FolderPeer()),
        AbsentAtMost);

    private sealed class FolderPeer : ISouthPeer
    {
        private readonly TemporaryFolder _parent = new();

        public FolderPeer() => Directory.CreateDirectory(Path.Combine(Folder, "a"));

        public object Settings => new FolderSettings { Folder = Folder };

        private string Folder => _parent.Join("in");

        private string Away => _parent.Join("away");

        public IReadOnlyList<Item> ItemsOf(SouthCapabilities capability) =>
            [new Item("files", new FolderItemSettings { Path = "a" })];

        public ValueTask YieldAsync(Item item, long value) =>
            new(File.WriteAllTextAsync(
                Path.Combine(Folder, "a", "value.txt"), value.ToString(CultureInfo.InvariantCulture)));

        public ValueTask YieldFileAsync(Item item, string name, ReadOnlyMemory<byte> content) =>
            new(File.WriteAllBytesAsync(Path.Combine(Folder, "a", name), content.ToArray()));

        public ValueTask VanishAsync()
        {
            Directory.Move(Folder, Away);
            return ValueTask.CompletedTask;
        }

        public ValueTask ReturnAsync()
        {
            Directory.Move(Away, Folder);
            return ValueTask.CompletedTask;
        }

        public ValueTask DisposeAsync()
        {
            _parent.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
