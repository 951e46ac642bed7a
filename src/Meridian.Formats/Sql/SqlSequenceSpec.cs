using System.ComponentModel.DataAnnotations;

namespace Meridian.Formats.Sql;

/// <summary>How an item goes on by a column that only grows, as a user states it.</summary>
public sealed record SqlSequenceSpec
{
    /// <summary>The column of the result that grows: whole numbers, or decimal ones such as <c>numeric</c>.</summary>
    /// <value>The default is <c>id</c>.</value>
    [Required]
    public string Column { get; init; } = "id";

    /// <summary>Where an item begins that was never asked for.</summary>
    /// <value>The default is <see cref="SqlSequenceStart.Beginning"/>.</value>
    public SqlSequenceStart Start { get; init; } = SqlSequenceStart.Beginning;

    /// <summary>
    /// The most rows of one query, 1 to 1,000,000. <c>@Limit</c> is one more, so that rows of one value are never cut
    /// in two; as many rows of one value must fit.
    /// </summary>
    /// <value>The default is 10,000.</value>
    [Range(1, 1_000_000)]
    public int Limit { get; init; } = 10_000;

    /// <summary>
    /// How long a value must have been seen before it and what is below it are taken, so that rows which are committed
    /// in another order than they were numbered are not passed over. Longer than the longest transaction that writes.
    /// At most <see cref="Limit"/> rows are taken in this time.
    /// </summary>
    /// <value>The default is 0 s: rows are taken at once.</value>
    [Range(typeof(TimeSpan), "0 s", "1 d")]
    public TimeSpan Settle { get; init; }
}

/// <summary>Where an item begins that goes on by a sequence.</summary>
public enum SqlSequenceStart
{
    /// <summary>With the first row.</summary>
    Beginning,

    /// <summary>Behind the last row that there is at the first question.</summary>
    Now,
}
