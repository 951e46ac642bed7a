using Meridian.Sdk.Faults;

namespace Meridian.Testing.Simulation;

/// <summary>
/// What a simulated source and a simulated destination have in common: they are there or not, and know who is connected
/// to them. Any thread.
/// </summary>
internal sealed class SimulatedPeer(string name)
{
    private readonly Lock _lock = new();
    private readonly HashSet<SimulatedLink> _links = [];
    private bool _isAbsent;

    public int LinkCount
    {
        get
        {
            lock (_lock)
            {
                return _links.Count;
            }
        }
    }

    public ConnectorException Gone => new(Fault.Unreachable, $"The simulated {name} is not there; let it return.");

    /// <summary>Opens a connection; throws when the peer is not there.</summary>
    public SimulatedLink Open()
    {
        lock (_lock)
        {
            if (_isAbsent)
            {
                throw Gone;
            }

            var link = new SimulatedLink(this);
            _links.Add(link);
            return link;
        }
    }

    public void Close(SimulatedLink link)
    {
        lock (_lock)
        {
            _links.Remove(link);
        }
    }

    /// <summary>It is gone without a word, and with it every connection.</summary>
    public void Vanish()
    {
        SimulatedLink[] links;
        lock (_lock)
        {
            _isAbsent = true;
            links = [.. _links];
            _links.Clear();
        }

        foreach (var link in links)
        {
            link.SetCut();
        }
    }

    public void Return()
    {
        lock (_lock)
        {
            _isAbsent = false;
        }
    }
}

/// <summary>One connection to a simulated peer.</summary>
internal sealed class SimulatedLink(SimulatedPeer peer)
{
    private readonly TaskCompletionSource _cut = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the peer is gone.</summary>
    public Task Cut => _cut.Task;

    public void SetCut() => _cut.TrySetResult();

    public void ThrowIfCut()
    {
        if (_cut.Task.IsCompleted)
        {
            throw peer.Gone;
        }
    }

    public void Close() => peer.Close(this);
}
