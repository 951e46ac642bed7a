using System.Diagnostics.CodeAnalysis;
using Meridian.Sdk.Faults;

namespace Meridian.Testing.Contract;

/// <summary>Runs a connector's calls so that none of them can hang or surprise the suite.</summary>
internal sealed class Guard(IReadOnlyList<string> secrets)
{
    private const int MinWords = 3;

    /// <summary>Runs a call.</summary>
    /// <param name="clause">The clause it is called by.</param>
    /// <param name="call">The call.</param>
    /// <param name="within">How long it may take.</param>
    /// <param name="cancellationToken">What it is given.</param>
    /// <returns>How it ended; whatever else it does is a violation.</returns>
    [SuppressMessage(
        "Design",
        "CA1031:Do not catch general exception types",
        Justification = "The edge to the connector: it is told as a violation.")]
    public async Task<CallEnd> RunAsync(
        Clause clause, Func<CancellationToken, Task> call, TimeSpan within, CancellationToken cancellationToken)
    {
        // Off this thread: a connector that blocks its caller must not block the suite.
        var calling = Task.Run(() => call(cancellationToken), CancellationToken.None);
        await WaitAsync(calling, within).ConfigureAwait(false);
        if (!calling.IsCompleted)
        {
            throw new ContractViolationException(
                clause, $"the call ends within {within.TotalSeconds:0.###} s", "it has not ended");
        }

        try
        {
            await calling.ConfigureAwait(false);
            return CallEnd.Returned;
        }
        catch (ContractViolationException)
        {
            throw;
        }
        catch (ConnectorException fault)
        {
            Check(fault);
            return new CallEnd(fault, IsCancelled: false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return CallEnd.Cancelled;
        }
        catch (Exception other)
        {
            throw new ContractViolationException(
                Clause.Throws,
                $"{clause.Member} ends, or throws a ConnectorException",
                $"it threw {other.GetType().Name}: {other.Message}",
                other);
        }
    }

    /// <summary>Waits by the system's clock for a task to end, however it ends.</summary>
    public static async Task WaitAsync(Task task, TimeSpan within)
    {
        using var ended = new CancellationTokenSource();
        await Task.WhenAny(task, Task.Delay(within, TimeProvider.System, ended.Token)).ConfigureAwait(false);
        await ended.CancelAsync().ConfigureAwait(false);
    }

    /// <summary>Waits for what no event tells, by looking again and again.</summary>
    public static async Task<bool> UntilAsync(Func<ValueTask<bool>> condition, TimeSpan within)
    {
        var pause = TimeSpan.FromMilliseconds(20);
        var started = TimeProvider.System.GetTimestamp();
        while (!await condition().ConfigureAwait(false))
        {
            if (TimeProvider.System.GetElapsedTime(started) > within)
            {
                return false;
            }

            await Task.Delay(pause, TimeProvider.System).ConfigureAwait(false);
        }

        return true;
    }

    /// <summary>Looks at a fault's words.</summary>
    public void Check(ConnectorException fault)
    {
        CheckSecrets("the message of a fault", fault.Message);
        if (fault.Message.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length < MinWords)
        {
            throw new ContractViolationException(
                Clause.FaultWords, "a sentence that a user understands", $"the message was '{fault.Message}'", fault);
        }
    }

    /// <summary>Looks whether a secret of the settings is in a text.</summary>
    public void CheckSecrets(string where, string text)
    {
        if (secrets.Any(secret => text.Contains(secret, StringComparison.Ordinal)))
        {
            throw new ContractViolationException(
                Clause.SecretKept, $"no secret in {where}", "a secret of the settings stands in it");
        }
    }
}
