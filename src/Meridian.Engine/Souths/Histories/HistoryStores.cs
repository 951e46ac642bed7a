using Meridian.Sdk.Faults;
using Meridian.Sdk.Intakes;

namespace Meridian.Engine.Souths.Histories;

/// <summary>What one query has on its way to the disk. One thread at a time.</summary>
internal sealed class HistoryStores(SouthPump pump)
{
    private readonly List<Task> _storing = [];
    private ConnectorException? _fault;
    private bool _isWhole = true;

    /// <summary>Gives an intake to the pump, which keeps the order.</summary>
    /// <exception cref="ConnectorException">The pump has ended.</exception>
    public async ValueTask AddAsync(Intake intake, CancellationToken cancellationToken)
    {
        _isWhole = false;
        _storing.Add(await pump.BeginStoreAsync(intake, cancellationToken).ConfigureAwait(false));
        _isWhole = true;
    }

    /// <summary>Waits until all that was added is on disk.</summary>
    /// <exception cref="ConnectorException">It will not be.</exception>
    public async Task WaitAsync()
    {
        _ = await EndAsync().ConfigureAwait(false);
        ThrowIfFailed();
    }

    /// <summary>Waits until the fate of all that was added is known.</summary>
    /// <returns>Whether all of it is on disk.</returns>
    public async Task<bool> EndAsync()
    {
        foreach (var storing in _storing)
        {
            try
            {
                await storing.ConfigureAwait(false);
            }
            catch (ConnectorException fault)
            {
                _fault ??= fault;
            }
        }

        _storing.Clear();
        return _isWhole && _fault is null;
    }

    /// <summary>Throws when something could not be put on disk.</summary>
    public void ThrowIfFailed()
    {
        if (_fault is not null)
        {
            throw _fault;
        }
    }
}
