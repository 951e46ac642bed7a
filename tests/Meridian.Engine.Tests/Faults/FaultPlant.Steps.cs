using Meridian.Sdk.Faults;
using Meridian.Testing.Simulation;

namespace Meridian.Engine.Tests.Faults;

/// <summary>What may happen in one step, but for restarts and kills.</summary>
internal sealed partial class FaultPlant
{
    private static readonly SimulatedCall[] SouthCalls =
    [
        SimulatedCall.Start, SimulatedCall.Connect, SimulatedCall.Disconnect, SimulatedCall.Stop,
        SimulatedCall.Subscribe, SimulatedCall.Unsubscribe, SimulatedCall.QueryLastPoint, SimulatedCall.QueryHistory,
        SimulatedCall.QueryFile,
    ];

    private static readonly SimulatedCall[] NorthCalls =
    [
        SimulatedCall.Start, SimulatedCall.Connect, SimulatedCall.Disconnect, SimulatedCall.Stop,
        SimulatedCall.ReadPositions,
    ];

    private void Say()
    {
        foreach (var source in Sources.Where(static source => source.IsPresent))
        {
            source.Say();
        }
    }

    private async Task OfferAsync()
    {
        long[] values = [.. Enumerable.Range(0, _random.Next(1, 60)).Select(_ => NextNumber())];
        Offered.Add(++_offers, values);
        await _gateway.South.OfferAsync(_offers, values);
    }

    private void ScriptSouth()
    {
        var source = Pick(Sources);
        var call = Pick(SouthCalls);
        var hasLink = call is not (SimulatedCall.Start or SimulatedCall.Connect or SimulatedCall.Disconnect
            or SimulatedCall.Stop);
        var deed = _random.Next(8) switch
        {
            0 => SimulatedDeed.Fail(Fault.Internal, "Odd."),
            1 => SimulatedDeed.Fail(Fault.Rejected, "Refused."),
            2 => SimulatedDeed.Late(TimeSpan.FromSeconds(_random.Next(1, 20))),
            3 => SimulatedDeed.Late(TimeSpan.FromSeconds(_random.Next(1, 8)), isDeaf: true),
            4 => SimulatedDeed.LoseAnswer("Lost on the way."),
            5 when hasLink => SimulatedDeed.Hang,
            _ => SimulatedDeed.Fail(Fault.Unreachable, "Cut."),
        };
        source.South.Script.Next(call, deed, _random.Next(1, 4));
    }

    private void ScriptNorth()
    {
        var deed = _random.Next(4) switch
        {
            0 => SimulatedDeed.Fail(Fault.Misconfigured, "Wrong."),
            1 => SimulatedDeed.Late(TimeSpan.FromSeconds(_random.Next(1, 20))),
            2 => SimulatedDeed.LoseAnswer("Lost on the way."),
            _ => SimulatedDeed.Fail(Fault.Unreachable, "Cut."),
        };
        Pick(Destinations).North.Script.Next(Pick(NorthCalls), deed, _random.Next(1, 3));
    }

    private void TurnMoods() => Destinations.ForEach(one => one.TurnBad(_random.Next(3) * 0.25));

    private void VanishOrReturn()
    {
        if (_random.Next(2) == 0)
        {
            var source = Pick(Sources);
            (source.HasVanished ? (Action)source.Return : source.Vanish)();
        }
        else
        {
            var destination = Pick(Destinations);
            (destination.HasVanished ? (Action)destination.Return : destination.Vanish)();
        }
    }

    private void BlockOrUnblock()
    {
        var north = Pick(Destinations).North;
        (_random.Next(2) == 0 ? (Action)north.Block : north.Unblock)();
    }

    private Task ChangeItemsAsync()
    {
        var source = Pick(Sources);
        switch (_random.Next(3))
        {
            case 0 when source.Items.Count > 1:
                source.RemoveItem(_random.Next(source.Items.Count));
                break;
            case 1 when source.Items.Count > 0:
                source.AlterItem(_random.Next(source.Items.Count));
                break;
            default:
                source.AddItem(_random.Next(5));
                break;
        }

        return ApplyAsync();
    }

    private Task ChangeSouthsAsync()
    {
        if (Sources.Count < 3 && _random.Next(2) == 0)
        {
            Sources.Add(NewSource());
        }
        else
        {
            var source = Pick(Sources);
            source.IsPresent = !source.IsPresent;
        }

        return ApplyAsync();
    }

    private Task ChangeNorthsAsync()
    {
        var one = Pick(Destinations);
        switch (_random.Next(5))
        {
            case 0 when Destinations.Count < 4:
                Destinations.Add(NewDestination());
                break;
            case 1 when Destinations.Count > 1:
                _gone.Add(Destinations[^1]);
                Destinations.RemoveAt(Destinations.Count - 1);
                break;
            case 2:
                one.MaxReadings = _random.Next(1, 60);
                break;
            case 3 when Destinations.Count > 1:
                Destinations[_random.Next(1, Destinations.Count)].Transform(_random.Next(3));
                break;
            default:
                one.IsEnabled = !one.IsEnabled;
                break;
        }

        return ApplyAsync();
    }
}
