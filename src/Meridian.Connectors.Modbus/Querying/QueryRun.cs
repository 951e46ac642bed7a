using Meridian.Connectors.Modbus.Connection;
using Meridian.Connectors.Modbus.Planning;
using Meridian.Connectors.Modbus.Protocol;
using Meridian.Connectors.Modbus.South;
using Meridian.Sdk.South;
using Microsoft.Extensions.Logging;

namespace Meridian.Connectors.Modbus.Querying;

/// <summary>
/// Asks a device for everything of a plan, one query at a time. Requests wait in line, a window of them is on its way,
/// and each ends as readings: good ones, or bad ones with the reason. What a unit refuses or leaves unanswered is its
/// items' own; only when nothing comes back at all is it the connection's.
/// </summary>
internal sealed partial class QueryRun(
    ISouthContext context, ModbusSouthSettings settings, ModbusChannel channel, Turns turns, ILogger logger)
{
    private readonly Queue<PlannedRequest> _waiting = new();
    private readonly RequestWindow _sent = new(settings.Framing);
    private readonly List<PlannedRequest> _ended = [];
    private readonly UnitStates _units = new(settings.Retries);
    private readonly ItemReadings _readings = new(context, settings);
    private bool _hasTurn;
    private bool _hasAnswer;
    private bool _hasParted;
    private bool _mayPause;
    private string? _garble;

    /// <summary>A connection was opened anew by the engine's wish.</summary>
    public void Connected() => _units.Connected();

    /// <summary>Fills the plan's readings.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="cancellationToken">Cancels; the connection is then closed, and opened by the next query.</param>
    /// <exception cref="Sdk.Faults.ConnectorException">The device as a whole cannot be asked.</exception>
    public async Task RunAsync(RequestPlan plan, CancellationToken cancellationToken)
    {
        Begin(plan);
        var isWhole = false;
        try
        {
            await TakeTurnAsync(cancellationToken).ConfigureAwait(false);
            while (_waiting.Count > 0 || _sent.Count > 0)
            {
                await SendAsync(plan, cancellationToken).ConfigureAwait(false);
                if (_sent.Count > 0)
                {
                    await ReceiveAsync(plan, cancellationToken).ConfigureAwait(false);
                }
                else if (_waiting.Count > 0)
                {
                    // A setpoint waits. All that was sent is answered, so the connection can be lent.
                    GiveTurn();
                    await TakeTurnAsync(cancellationToken).ConfigureAwait(false);
                }
            }

            End(plan);
            isWhole = settings.KeepConnection;
        }
        finally
        {
            // Closed while it is still ours; after a fault what comes on it belongs to nobody.
            if (!isWhole && _hasTurn)
            {
                channel.Close();
            }

            GiveTurn();
        }
    }

    private void Begin(RequestPlan plan)
    {
        plan.Forget(context.Time);
        _waiting.Clear();
        _sent.Clear();
        _ended.Clear();
        _units.Begin();
        (_hasAnswer, _hasParted, _mayPause, _garble) = (false, false, false, null);
        foreach (var request in plan.Requests)
        {
            _waiting.Enqueue(request);
        }
    }

    /// <summary>Sends until the window is full, nothing waits, or a setpoint wants its turn.</summary>
    private async ValueTask SendAsync(RequestPlan plan, CancellationToken cancellationToken)
    {
        while (_sent.Count < settings.Pipelining && _waiting.Count > 0 && !turns.IsWanted)
        {
            var request = _waiting.Dequeue();
            if (_units.GivenUp(request.UnitId) is { } reason)
            {
                Fail(plan, request, reason);
                continue;
            }

            if (_mayPause && settings.Pause > TimeSpan.Zero)
            {
                await Task.Delay(settings.Pause, context.Time, cancellationToken).ConfigureAwait(false);
            }

            _mayPause = true;
            if (!channel.IsOpen && await channel.EnsureOpenAsync(cancellationToken).ConfigureAwait(false))
            {
                LogOpened(context.Name, channel.Peer);
            }

            var id = await channel.SendAsync(request.Request, cancellationToken).ConfigureAwait(false);
            _sent.Add(request, id, context.Time.GetTimestamp());
        }
    }

    private async ValueTask ReceiveAsync(RequestPlan plan, CancellationToken cancellationToken)
    {
        var limit = (long)(settings.ResponseTimeout.TotalSeconds * context.Time.TimestampFrequency);
        var deadline = _sent.OldestAt + limit;
        try
        {
            // A device that floods us with what nobody asked for must not keep us beyond the deadline either.
            var received = await channel.ReceiveAsync(deadline, cancellationToken).ConfigureAwait(false);
            if (received is not { } frame || (!TryTake(plan, frame) && context.Time.GetTimestamp() > deadline))
            {
                MissFirst(plan);
            }
        }
        catch (ModbusProtocolException broken)
        {
            _garble = broken.Message;
            Restart(plan, new RequestOutcome(ModbusExceptionCode.None, broken.Message));
        }
    }

    /// <summary>A frame came: the answer to one of those on their way, or one that is too late for its own.</summary>
    private bool TryTake(RequestPlan plan, in ReceivedFrame frame)
    {
        if (_sent.Find(frame) is not { } request)
        {
            LogLate(context.Name, channel.Peer, frame.UnitId);
            return false;
        }

        var code = frame.Read(request.Request, out var data);
        _sent.Remove(request);
        _hasAnswer = true;
        if (code == ModbusExceptionCode.None)
        {
            _units.Answered(request.UnitId);
            _ended.Add(request);
            _readings.Fill(plan, request, data);
        }
        else
        {
            Refused(plan, request, new RequestOutcome(code, null));
        }

        return true;
    }

    private void Refused(RequestPlan plan, PlannedRequest request, RequestOutcome outcome)
    {
        switch (outcome.Code)
        {
            case ModbusExceptionCode.Acknowledge:
            case ModbusExceptionCode.ServerDeviceBusy:
            case ModbusExceptionCode.GatewayPathUnavailable:
            case ModbusExceptionCode.GatewayTargetFailedToRespond:
                _units.LinkAnswered();
                Miss(plan, request, outcome);
                break;

            // One of its addresses does not exist, or they are too many: the others shall not suffer for it.
            case ModbusExceptionCode.IllegalDataAddress or ModbusExceptionCode.IllegalDataValue
                when request.Split() is { } parts:
                _units.Answered(request.UnitId);
                _hasParted = true;
                LogParted(context.Name, request.UnitId, request.Count, request.Request.Address);
                _waiting.Enqueue(parts.First);
                _waiting.Enqueue(parts.Second);
                break;

            default:
                _units.Answered(request.UnitId);
                Fail(plan, request, outcome);
                break;
        }
    }

    /// <summary>The oldest was not answered in time.</summary>
    private void MissFirst(RequestPlan plan)
    {
        if (settings.Framing == ModbusFraming.RtuOverTcp)
        {
            // Its answer may still come, and nothing in it says to which request it belongs; on the next connection it
            // does not come.
            Restart(plan, RequestOutcome.Silence);
        }
        else
        {
            Miss(plan, _sent.TakeOldest(), RequestOutcome.Silence);
        }
    }

    /// <summary>The stream is of no more use: the oldest has failed, those behind it are asked again.</summary>
    private void Restart(RequestPlan plan, RequestOutcome outcome)
    {
        channel.Close();
        var missed = _sent.TakeOldest();
        while (_sent.Count > 0)
        {
            _waiting.Enqueue(_sent.TakeOldest());
        }

        Miss(plan, missed, outcome);
    }

    private void Miss(RequestPlan plan, PlannedRequest request, RequestOutcome outcome)
    {
        if (_units.Failed(request.UnitId, outcome))
        {
            Fail(plan, request, outcome);
        }
        else
        {
            _waiting.Enqueue(request);
        }
    }

    private void Fail(RequestPlan plan, PlannedRequest request, RequestOutcome outcome)
    {
        _ended.Add(request);
        _readings.Fail(plan, request, outcome);
    }

    private void End(RequestPlan plan)
    {
        if (_hasParted)
        {
            plan.Learn(
                [.. _ended.OrderBy(static one => one.UnitId).ThenBy(static one => one.Request.Function)
                    .ThenBy(static one => one.Request.Address)],
                context.Time);
        }

        if (_hasAnswer || _ended.Count == 0)
        {
            return;
        }

        if (_garble is not null)
        {
            throw ModbusFaults.Malformed(channel.Peer, _garble);
        }

        if (_units.IsLinkDead())
        {
            throw ModbusFaults.NoAnswer(channel.Peer, _units.NameGivenUp(), settings.ResponseTimeout);
        }
    }

    private async ValueTask TakeTurnAsync(CancellationToken cancellationToken)
    {
        await turns.TakeAsync(cancellationToken).ConfigureAwait(false);
        _hasTurn = true;

        // A device may close what is idle; that is no fault as long as it takes the next connection.
        if (await channel.EnsureOpenAsync(cancellationToken).ConfigureAwait(false))
        {
            LogOpened(context.Name, channel.Peer);
        }
    }

    private void GiveTurn()
    {
        if (_hasTurn)
        {
            _hasTurn = false;
            turns.Give();
        }
    }

    [LoggerMessage(
        EventIds.LateAnswer,
        LogLevel.Debug,
        "South '{South}' lets go of an answer of unit {Unit} at {Peer} that came too late for its request.")]
    private partial void LogLate(string south, string peer, byte unit);

    [LoggerMessage(EventIds.ConnectionOpened, LogLevel.Debug, "South '{South}' has connected to {Peer} again.")]
    private partial void LogOpened(string south, string peer);

    [LoggerMessage(
        EventIds.RequestParted,
        LogLevel.Information,
        "Unit {Unit} of South '{South}' does not give {Count} from address {Address} at once; it is asked for parts.")]
    private partial void LogParted(string south, byte unit, int count, ushort address);
}
