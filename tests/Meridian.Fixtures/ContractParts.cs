using Meridian.Testing.Contract;

namespace Meridian.Fixtures;

/// <summary>Parts of a contract, for a further way of a connector of which the rest says nothing new.</summary>
public static class ContractParts
{
    /// <summary>Runs the checks whose names have a text in them.</summary>
    /// <param name="contract">The contract.</param>
    /// <param name="part">The text.</param>
    /// <exception cref="ContractViolationException">The connector does not keep one.</exception>
    /// <exception cref="ArgumentException">No check has such a name.</exception>
    public static async Task RunPartAsync(this ConnectorContract contract, string part)
    {
        ArgumentNullException.ThrowIfNull(contract);
        var names = contract.Checks.Select(static check => check.Name)
            .Where(name => name.Contains(part, StringComparison.Ordinal)).ToArray();
        if (names.Length == 0)
        {
            throw new ArgumentException($"No check's name has '{part}' in it.", nameof(part));
        }

        foreach (var name in names)
        {
            await contract.RunAsync(name);
        }
    }
}
