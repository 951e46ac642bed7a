using Meridian.Fixtures;

namespace Meridian.Benchmarks.Carriers;

/// <summary>Something that carries <c>plant/#</c> of one broker to <c>out/plant/#</c> of another at QoS 1.</summary>
internal interface ICarrier : IAsyncDisposable
{
    /// <summary>Its name in the results.</summary>
    string Name { get; }

    /// <summary>The port of the broker that is published to.</summary>
    int SourcePort { get; }

    /// <summary>The port of the broker that is carried to.</summary>
    int DestinationPort { get; }

    /// <summary>What the carrying process has used so far.</summary>
    ProcessFigures Figures { get; }
}
