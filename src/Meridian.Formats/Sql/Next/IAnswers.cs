using Meridian.Sdk.South;

namespace Meridian.Formats.Sql.Next;

/// <summary>Answers for one item what comes after a position.</summary>
internal interface IAnswers
{
    /// <summary>See <see cref="IQueriesNext.QueryNextAsync"/>.</summary>
    IAsyncEnumerable<NextPage> ReadAsync(
        ISqlSession session, ReadOnlyMemory<byte>? position, CancellationToken cancellationToken);
}
