using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Meridian.Connectors.Basic.Console;
using Meridian.Connectors.Basic.Null;
using Meridian.Testing.Contract;
using Meridian.Testing.Peers;

namespace Meridian.Connectors.Basic.Tests.Contract;

/// <summary>The console and null Norths keep the contract of the Sdk.</summary>
public sealed class ContractTests
{
    private static readonly ContractOptions AlwaysThere = new() { PeerCanVanish = false, PeerCanBeAbsent = false };

    public static TheoryData<string> ConsoleChecks => [.. OfConsole().Checks.Select(static check => check.Name)];

    public static TheoryData<string> NullChecks => [.. OfNull().Checks.Select(static check => check.Name)];

    [Theory]
    [MemberData(nameof(ConsoleChecks))]
    public Task Console_OnAWriter_Keeps(string check) => OfConsole().RunAsync(check);

    [Theory]
    [MemberData(nameof(NullChecks))]
    public Task Null_WithoutAPeer_Keeps(string check) => OfNull().RunAsync(check);

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
