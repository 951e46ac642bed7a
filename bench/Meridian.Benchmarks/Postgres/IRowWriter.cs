using Meridian.Sdk.North;

namespace Meridian.Benchmarks.Postgres;

/// <summary>Something that stores batches in PostgreSQL, each with a commit.</summary>
internal interface IRowWriter : IAsyncDisposable
{
    /// <summary>Connects and has an empty table.</summary>
    Task BeginAsync();

    /// <summary>Stores a batch; when it returns the rows are durable.</summary>
    ValueTask WriteAsync(ValuesBatch batch);
}
