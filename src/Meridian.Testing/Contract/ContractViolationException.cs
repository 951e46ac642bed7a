namespace Meridian.Testing.Contract;

/// <summary>A connector broke its contract: which clause, what was expected, what happened.</summary>
public sealed class ContractViolationException : Exception
{
    internal ContractViolationException(Clause clause, string expected, string happened, Exception? cause = null)
        : base(
            $"{clause.Member}: \"{clause.Text}\"{Environment.NewLine}Expected: {expected}{Environment.NewLine}"
            + $"Happened: {happened}",
            cause)
    {
        Member = clause.Member;
        Clause = clause.Text;
        Expected = expected;
        Happened = happened;
    }

    /// <summary>Where the clause stands, such as "IConnector.DisconnectAsync".</summary>
    public string Member { get; }

    /// <summary>What it says.</summary>
    public string Clause { get; }

    /// <summary>What should have happened.</summary>
    public string Expected { get; }

    /// <summary>What happened.</summary>
    public string Happened { get; }
}
