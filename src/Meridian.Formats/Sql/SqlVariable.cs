namespace Meridian.Formats.Sql;

/// <summary>A variable of a query and what it stands for.</summary>
/// <param name="Name">Its name with the <c>@</c>, as <see cref="SqlText"/> spells it.</param>
/// <param name="Value">
/// Its value: <see cref="DateTime"/>, <see cref="DateOnly"/>, <see cref="long"/>, <see cref="double"/>,
/// <see cref="decimal"/> or <see cref="string"/>.
/// </param>
public readonly record struct SqlVariable(string Name, object Value)
{
    /// <summary>The last value of the sequence that came.</summary>
    public const string LastSequence = "@LastSequence";

    /// <summary>The most rows of an answer.</summary>
    public const string Limit = "@Limit";
}
