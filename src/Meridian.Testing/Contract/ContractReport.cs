using System.Globalization;
using System.Text;

namespace Meridian.Testing.Contract;

/// <summary>What the whole suite found.</summary>
/// <param name="Connector">The connector's name.</param>
/// <param name="Findings">One for each check.</param>
public sealed record ContractReport(string Connector, IReadOnlyList<ContractFinding> Findings)
{
    /// <summary>Whether the connector keeps its contract.</summary>
    public bool IsKept => Findings.All(static finding => finding.Failure is null);

    /// <summary>The report in words: a line for each check, and what broke.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var finding in Findings)
        {
            var verdict = finding.Failure is null ? "kept  " : "BROKEN";
            text.Append(
                CultureInfo.InvariantCulture,
                $"{verdict} {finding.Check} ({finding.Took.TotalSeconds:F1} s)\n");
            if (finding.Failure is { } failure)
            {
                text.Append("       ").Append(failure.Message.ReplaceLineEndings("\n       ")).Append('\n');
            }
        }

        var broken = Findings.Count(static finding => finding.Failure is not null);
        text.Append(
            CultureInfo.InvariantCulture,
            $"{Connector}: {Findings.Count - broken} of {Findings.Count} checks kept, {broken} broken.");
        return text.ToString();
    }
}

/// <summary>What one check found.</summary>
/// <param name="Check">The check's name.</param>
/// <param name="Failure">
/// Why it failed: a <see cref="ContractViolationException"/>, or what the peer's driver threw; null when it was kept.
/// </param>
/// <param name="Took">How long it took.</param>
public sealed record ContractFinding(string Check, Exception? Failure, TimeSpan Took);
