using System.Collections.Concurrent;
using Meridian.Sdk.South;

namespace Meridian.Connectors.Mqtt.Tests.South.Commands;

/// <summary>The engine's end of setpoints: notes each, and ends it as a test says.</summary>
internal sealed class ScriptedSink : ISetpointSink
{
    public ConcurrentQueue<SetpointRequest> Requests { get; } = new();

    public Func<SetpointRequest, CancellationToken, Task<SetpointOutcome>> OnWrite { get; set; } =
        static (_, _) => Task.FromResult(SetpointOutcome.Written);

    public Task<SetpointOutcome> WriteAsync(SetpointRequest request, CancellationToken cancellationToken)
    {
        Requests.Enqueue(request);
        return OnWrite(request, cancellationToken);
    }
}
