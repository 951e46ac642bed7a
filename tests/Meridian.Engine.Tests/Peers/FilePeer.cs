using System.Text;
using Meridian.Sdk;
using Meridian.Sdk.Intakes;
using Meridian.Sdk.North;

namespace Meridian.Engine.Tests.Peers;

/// <summary>A destination that takes files, and values unless it is told not to.</summary>
internal sealed class FilePeer(bool takesValues) : NorthPeer
{
    private readonly Lock _lock = new();
    private readonly List<string> _files = [];

    public Func<string, string, DeliveryOutcome> OnFile { get; set; } = static (_, _) => DeliveryOutcome.Delivered;

    /// <summary>What was delivered, as "name=content", in order.</summary>
    public IReadOnlyList<string> Files
    {
        get
        {
            lock (_lock)
            {
                return [.. _files];
            }
        }
    }

    protected override Type ConnectorType => takesValues ? typeof(Both) : typeof(FilesOnly);

    protected override INorth Create() => takesValues ? new Both(this) : new FilesOnly(this);

    private async ValueTask<DeliveryOutcome> HandleAsync(FileContent file, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(await file.OpenRead(cancellationToken), Encoding.UTF8);
        var content = await reader.ReadToEndAsync(cancellationToken);
        var outcome = OnFile(file.Name, content);
        if (outcome is { Kind: DeliveryOutcomeKind.Delivered })
        {
            lock (_lock)
            {
                _files.Add($"{file.Name}={content}");
            }
        }

        return outcome;
    }

    private sealed class Both(FilePeer peer) : ScriptedNorth(peer), IHandlesFile
    {
        public ValueTask<DeliveryOutcome> HandleFileAsync(
            FileContent file, DeliveryPosition position, CancellationToken cancellationToken) =>
            peer.HandleAsync(file, cancellationToken);
    }

    private sealed class FilesOnly(FilePeer peer) : IHandlesFile
    {
        public ValueTask<DeliveryOutcome> HandleFileAsync(
            FileContent file, DeliveryPosition position, CancellationToken cancellationToken) =>
            peer.HandleAsync(file, cancellationToken);

        public Task<IReadOnlyList<Diagnostic>> TestConnectionAsync(CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<Diagnostic>>([]);
    }
}
