namespace Meridian.Testing.Contract;

/// <summary>One question to a connector, with a peer of its own.</summary>
public sealed class ContractCheck
{
    private readonly Func<Task<Bench>> _open;
    private readonly Func<Bench, Task> _run;

    internal ContractCheck(string name, string meaning, Func<Task<Bench>> open, Func<Bench, Task> run)
    {
        Name = name;
        Meaning = meaning;
        _open = open;
        _run = run;
    }

    /// <summary>Its name, such as "peer absent"; unique within a suite.</summary>
    public string Name { get; }

    /// <summary>What is asked, in a sentence.</summary>
    public string Meaning { get; }

    /// <summary>Asks.</summary>
    /// <exception cref="ContractViolationException">The connector breaks a clause.</exception>
    public async Task RunAsync()
    {
        var bench = await _open().ConfigureAwait(false);
        await using (bench.ConfigureAwait(false))
        {
            await _run(bench).ConfigureAwait(false);

            // Only now is it known that those who were stopped have kept silent since.
            bench.ThrowIfMistaken();
        }
    }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
