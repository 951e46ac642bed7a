using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Meridian.Sdk.Faults;
using Meridian.Sdk.Readings;
using Meridian.Sdk.South;

namespace Meridian.Engine.Setpoints;

/// <summary>
/// The way of setpoints to one South: short, bounded, one at a time, and only while it is connected. Nothing waits for
/// a connection: a setpoint of an hour ago must not be written when the line is back. Any thread.
/// </summary>
/// <param name="time">The clock.</param>
[SuppressMessage(
    "Design",
    "CA1001:Types that own disposable fields should be disposable",
    Justification = "A semaphore without a wait handle holds nothing to be freed.")]
internal sealed class SetpointLane(TimeProvider time)
{
    /// <summary>How many may wait.</summary>
    public const int MaxWaiting = 100;

    /// <summary>How long the source may take.</summary>
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _turn = new(1);
    private IWritesSetpoints? _writer;
    private int _waiting;

    /// <summary>The South is connected: setpoints may be written until this is disposed.</summary>
    public IDisposable Open(IWritesSetpoints writer)
    {
        Volatile.Write(ref _writer, writer);
        return new Opening(this);
    }

    /// <summary>Writes one.</summary>
    public async Task<SetpointOutcome> WriteAsync(Item item, ReadingValue value, CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _waiting) > MaxWaiting)
        {
            _ = Interlocked.Decrement(ref _waiting);
            return SetpointOutcome.Refused(string.Create(
                CultureInfo.InvariantCulture, $"{MaxWaiting} setpoints wait already; send fewer at once."));
        }

        try
        {
            await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                return await WriteNowAsync(item, value, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                _ = _turn.Release();
            }
        }
        finally
        {
            _ = Interlocked.Decrement(ref _waiting);
        }
    }

    private async Task<SetpointOutcome> WriteNowAsync(
        Item item, ReadingValue value, CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _writer) is not { } writer)
        {
            return SetpointOutcome.Refused("It is not connected; nothing was written.");
        }

        using var over = new CancellationTokenSource(Within, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, over.Token);
        try
        {
            return await writer.WriteSetpointAsync(item, value, either.Token).ConfigureAwait(false);
        }
        catch (ConnectorException fault)
        {
            return SetpointOutcome.Refused(fault.Message);
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            return SetpointOutcome.Refused(string.Create(
                CultureInfo.InvariantCulture,
                $"The source did not answer within {Within.TotalSeconds} s; whether it has the value is unknown."));
        }
    }

    private sealed class Opening(SetpointLane lane) : IDisposable
    {
        public void Dispose() => Volatile.Write(ref lane._writer, null);
    }
}
