using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Meridian.Connectors.Basic.Console;
using Meridian.Connectors.Basic.Files;
using Meridian.Connectors.Basic.Null;
using Meridian.Connectors.Basic.Tests.Files;
using Meridian.Testing.Contract;
using Meridian.Testing.Peers;

namespace Meridian.Connectors.Basic.Tests.Contract;

/// <summary>The files, console and null Norths keep the contract of the Sdk.</summary>
public sealed class ContractTests
{
    // An open file is written to wherever its name is, so a folder cannot vanish from under it.
    private static readonly ContractOptions AbsentAtMost = new() { PeerCanVanish = false };

    private static readonly ContractOptions AlwaysThere = AbsentAtMost with { PeerCanBeAbsent = false };

    public static TheoryData<string> FilesChecks => [.. OfFiles().Checks.Select(static check => check.Name)];

    public static TheoryData<string> ConsoleChecks => [.. OfConsole().Checks.Select(static check => check.Name)];

    public static TheoryData<string> NullChecks => [.. OfNull().Checks.Select(static check => check.Name)];

    [Theory]
    [MemberData(nameof(FilesChecks))]
    public Task Files_OnARealFolder_Keeps(string check) => OfFiles().RunAsync(check);

    [Theory]
    [MemberData(nameof(ConsoleChecks))]
    public Task Console_OnAWriter_Keeps(string check) => OfConsole().RunAsync(check);

    [Theory]
    [MemberData(nameof(NullChecks))]
    public Task Null_WithoutAPeer_Keeps(string check) => OfNull().RunAsync(check);

    private static ConnectorContract OfFiles() => ConnectorContract.Of(
        FilesNorthManifest.Manifest, static () => Task.FromResult<INorthPeer>(new FolderPeer()), AbsentAtMost);

    private static ConnectorContract OfConsole()
    {
        var output = NewText();
        return ConnectorContract.Of(
            ConsoleNorthManifest.Create(output),
            () => Task.FromResult<INorthPeer>(new ConsolePeer(output)),
            AlwaysThere);
    }

    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "It holds nothing.")]
    private static StringWriter NewText() => new(CultureInfo.InvariantCulture);

    private static ConnectorContract OfNull() => ConnectorContract.Of(
        NullNorthManifest.Manifest, static () => Task.FromResult<INorthPeer>(new NullPeer()), AlwaysThere);

    /// <summary>A folder, which is absent by a file that lies in its place.</summary>
    private sealed class FolderPeer : INorthPeer
    {
        private readonly TemporaryFolder _parent = new();

        public object Settings => new FilesNorthSettings { Directory = Folder };

        private string Folder => Path.Combine(_parent.Path, "out");

        private string Away => Path.Combine(_parent.Path, "away");

        public async ValueTask<IReadOnlyList<long>?> ReadReceivedAsync()
        {
            var values = new List<long>();
            foreach (var file in Directory.EnumerateFiles(Folder))
            {
                var lines = await File.ReadAllLinesAsync(file, Encoding.UTF8);
                values.AddRange(lines.Skip(1)
                    .Select(static line => long.Parse(line.Split(',')[2], CultureInfo.InvariantCulture)));
            }

            return values;
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
    }

    private sealed class ConsolePeer(StringWriter output) : INorthPeer
    {
        public object Settings { get; } =
            new ConsoleNorthSettings { Format = ConsoleFormat.Text, MaxLinesPerSecond = 0 };

        public ValueTask<IReadOnlyList<long>?> ReadReceivedAsync() => ValueTask.FromResult<IReadOnlyList<long>?>(
            [.. output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(static line => long.Parse(line.Split(' ')[2], CultureInfo.InvariantCulture))]);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private sealed class NullPeer : INorthPeer
    {
        public object Settings { get; } = new NullNorthSettings();

        public ValueTask<IReadOnlyList<long>?> ReadReceivedAsync() =>
            ValueTask.FromResult<IReadOnlyList<long>?>(null);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
