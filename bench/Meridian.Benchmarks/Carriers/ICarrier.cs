using System.Net.Sockets;
using Meridian.Fixtures;

namespace Meridian.Benchmarks.Carriers;

/// <summary>Something that carries <c>plant/#</c> of one peer to <c>out/plant/#</c> of another at QoS 1.</summary>
internal interface ICarrier : IAsyncDisposable
{
    /// <summary>Its name in the results.</summary>
    string Name { get; }

    /// <summary>What the carrying process has used so far.</summary>
    ProcessFigures Figures { get; }

    /// <summary>Where the generator publishes; whoever opens it closes it.</summary>
    Socket OpenSource();

    /// <summary>Where the counter takes what arrives; whoever opens it closes it.</summary>
    Socket OpenDestination();
}
