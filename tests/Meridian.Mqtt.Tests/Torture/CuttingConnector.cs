using Meridian.Mqtt.Transport;

namespace Meridian.Mqtt.Tests.Torture;

/// <summary>
/// A proxy within the client: opens real connections and cuts each as the plan says, the first by the first entry;
/// connections past the plan live.
/// </summary>
/// <param name="inner">Opens the real ones.</param>
/// <param name="plan">One entry for each connection; null lets it live.</param>
/// <param name="beforeReturn">Called before each connection but the first.</param>
internal sealed class CuttingConnector(
    ITransportConnector inner, IReadOnlyList<Cut?> plan, Action? beforeReturn = null) : ITransportConnector
{
    private int _count;

    public string? Awaited => inner.Awaited;

    /// <summary>The bytes of the first connection, for a plan to be made from.</summary>
    public CuttingTransport? First { get; private set; }

    /// <summary>How many connections were opened.</summary>
    public int Count => Volatile.Read(ref _count);

    public async Task<ITransport> ConnectAsync(MqttServer server, CancellationToken cancellationToken)
    {
        var index = Interlocked.Increment(ref _count) - 1;
        if (index > 0)
        {
            beforeReturn?.Invoke();
        }

        var transport = await inner.ConnectAsync(server, cancellationToken);
        var cutting = new CuttingTransport(transport, index < plan.Count ? plan[index] : null);
        First ??= cutting;
        return cutting;
    }
}
