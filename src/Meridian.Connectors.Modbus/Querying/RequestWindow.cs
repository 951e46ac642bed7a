using System.Runtime.InteropServices;
using Meridian.Connectors.Modbus.Connection;
using Meridian.Connectors.Modbus.Planning;
using Meridian.Connectors.Modbus.Protocol;

namespace Meridian.Connectors.Modbus.Querying;

/// <summary>The requests that are on their way, oldest first; at most some dozens.</summary>
internal sealed class RequestWindow(ModbusFraming framing)
{
    private readonly List<Sent> _sent = [];

    /// <summary>How many there are.</summary>
    public int Count => _sent.Count;

    /// <summary>When the oldest was sent, as a timestamp of the clock.</summary>
    public long OldestAt => _sent[0].At;

    /// <summary>A request was sent.</summary>
    public void Add(PlannedRequest request, ushort transactionId, long at) =>
        _sent.Add(new Sent(request, transactionId, at));

    /// <summary>The request that a frame answers; null where it is too late for its own, which is gone.</summary>
    public PlannedRequest? Find(in ReceivedFrame frame)
    {
        foreach (ref readonly var one in CollectionsMarshal.AsSpan(_sent))
        {
            if (frame.IsFor(framing, one.Planned.Request, one.TransactionId))
            {
                return one.Planned;
            }
        }

        return null;
    }

    /// <summary>A request has ended.</summary>
    public void Remove(PlannedRequest request)
    {
        // No closure: this is once a request.
        for (var i = 0; i < _sent.Count; i++)
        {
            if (_sent[i].Planned == request)
            {
                _sent.RemoveAt(i);
                return;
            }
        }
    }

    /// <summary>Takes the oldest out.</summary>
    public PlannedRequest TakeOldest()
    {
        var oldest = _sent[0].Planned;
        _sent.RemoveAt(0);
        return oldest;
    }

    /// <summary>Forgets all.</summary>
    public void Clear() => _sent.Clear();

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Sent(PlannedRequest Planned, ushort TransactionId, long At);
}
