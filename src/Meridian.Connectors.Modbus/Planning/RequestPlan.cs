using Meridian.Connectors.Modbus.South;
using Meridian.Connectors.Modbus.Values;
using Meridian.Sdk.Intakes;
using Meridian.Sdk.Readings;
using Meridian.Sdk.South;

namespace Meridian.Connectors.Modbus.Planning;

/// <summary>
/// The plan for one set of items, and the readings that its queries fill: made once, used by one query at a time. It
/// learns which requests a device refuses, and forgets it after <see cref="Memory"/>.
/// </summary>
internal sealed class RequestPlan
{
    private readonly IReadOnlyList<PlannedRequest> _original;
    private readonly Reading[] _readings;
    private long? _learnedAt;

    private RequestPlan(IReadOnlyList<PlannedRequest> requests, int itemCount)
    {
        _original = requests;
        _readings = new Reading[itemCount];
        Requests = requests;
        Content = new ReadingsContent(_readings);
    }

    /// <summary>
    /// How long parted requests stay so: a device is changed by people, and each try costs one refused request.
    /// </summary>
    public static TimeSpan Memory { get; } = TimeSpan.FromMinutes(10);

    /// <summary>What is asked, in this order.</summary>
    public IReadOnlyList<PlannedRequest> Requests { get; private set; }

    /// <summary>One reading for each item, in the items' order; lent from query to query.</summary>
    public Memory<Reading> Readings => _readings;

    /// <summary>The readings as a query gives them.</summary>
    public ReadingsContent Content { get; }

    /// <summary>Plans for a set of items.</summary>
    /// <param name="items">The items, whose settings are <see cref="ModbusItemSettings"/>.</param>
    /// <param name="settings">The South's settings.</param>
    public static RequestPlan Of(IReadOnlyList<Item> items, ModbusSouthSettings settings)
    {
        var planned = items.Select((item, index) =>
        {
            var itemSettings = (ModbusItemSettings)item.Settings;
            return new PlannedItem(
                item.Name, index, itemSettings, RegisterFormat.Of(itemSettings, settings.Order));
        });
        return new RequestPlan(RequestPlanner.Plan(planned, PlanLimits.Of(settings)), items.Count);
    }

    /// <summary>Uses other requests for the same items from the next query on.</summary>
    /// <param name="requests">The requests that the device took, by unit, kind and address.</param>
    /// <param name="time">The clock.</param>
    public void Learn(IReadOnlyList<PlannedRequest> requests, TimeProvider time)
    {
        Requests = requests;
        _learnedAt = time.GetTimestamp();
    }

    /// <summary>Goes back to the original plan when what was learned is old.</summary>
    public void Forget(TimeProvider time)
    {
        if (_learnedAt is { } at && time.GetElapsedTime(at) >= Memory)
        {
            Requests = _original;
            _learnedAt = null;
        }
    }
}
