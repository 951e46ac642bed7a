using Meridian.Testing.Contract;

namespace Meridian.Fixtures;

/// <summary>Parts of a contract, where a connector is tried in a further way and the rest would say nothing new.</summary>
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
