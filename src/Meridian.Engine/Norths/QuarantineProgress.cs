using Meridian.Engine.Quarantine;

namespace Meridian.Engine.Norths;

/// <summary>What has come of a request to deliver from quarantine so far.</summary>
/// <param name="asked">How many readings and files lay there that it asked for.</param>
internal sealed class QuarantineProgress(long asked)
{
    private long _delivered;
    private long _refused;
    private string? _reason;

    public void Deliver(int count) => _delivered += count;

    public void Refuse(int count, string? reason)
    {
        _refused += count;
        _reason = count > 0 ? reason ?? Refusals.NoReason : _reason;
    }

    /// <summary>Some are left where they lie.</summary>
    public void Leave(string reason) => _reason = reason;

    public QuarantineRetry ToResult() =>
        new(_delivered, _refused, Math.Max(0, asked - _delivered - _refused), _reason);
}
