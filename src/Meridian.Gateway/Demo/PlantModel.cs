namespace Meridian.Gateway.Demo;

/// <summary>
/// Two bottling lines of a small plant, some forty signals: temperatures with inertia, counters, states, an alarm, and
/// a sensor that is not well. Every number follows from the one before, so charts look like a plant and not like noise.
/// </summary>
internal sealed class PlantModel
{
    private static readonly string[] States = ["running", "running", "running", "idle", "cleaning", "fault"];

    private readonly Random _random;
    private readonly List<PlantSignal> _signals = [];

    public PlantModel(Random random)
    {
        _random = random;
        AddLine("line1");
        AddLine("line2");
        AddUtilities();
    }

    public IReadOnlyList<PlantSignal> Signals => _signals;

    private void AddLine(string line)
    {
        var state = "running";
        var bottles = (long)_random.Next(10_000, 90_000);
        var rejects = 0L;
        for (var zone = 1; zone <= 4; zone++)
        {
            Add($"plant/{line}/oven/zone{zone}/temperature", every: 5, Inert(170 + (10 * zone), swing: 6, decimals: 1));
        }

        for (var drive = 1; drive <= 3; drive++)
        {
            Add($"plant/{line}/drive{drive}/speed", every: 5, Inert(1450, swing: 25, decimals: 0));
            Add($"plant/{line}/drive{drive}/current", every: 5, Inert(8.2, swing: 0.8, decimals: 2));
        }

        Add($"plant/{line}/filler/bottles", every: 2, () =>
            PlantSample.Of(bottles += state is "running" ? _random.Next(1, 4) : 0));
        Add($"plant/{line}/filler/rejects", every: 10, () => PlantSample.Of(rejects += _random.Next(20) == 0 ? 1 : 0));
        Add($"plant/{line}/filler/level", every: 5, Inert(62, swing: 12, decimals: 2));
        Add($"plant/{line}/filler/pressure", every: 5, Inert(2.8, swing: 0.3, decimals: 3));
        Add($"plant/{line}/alarm/overtemperature", every: 10, () => PlantSample.Of(_random.Next(40) == 0));
        Add($"plant/{line}/state", every: 20, () =>
        {
            state = _random.Next(5) == 0 ? States[_random.Next(States.Length)] : state;
            return PlantSample.Of(state);
        });
    }

    private void AddUtilities()
    {
        Add("plant/utilities/boiler/temperature", every: 10, Inert(142, swing: 4, decimals: 1));
        Add("plant/utilities/boiler/pressure", every: 10, Inert(6.1, swing: 0.4, decimals: 2));
        Add("plant/utilities/air/pressure", every: 10, Inert(7.0, swing: 0.2, decimals: 2));
        Add("plant/utilities/water/flow", every: 5, Inert(33, swing: 8, decimals: 1));
        Add("plant/utilities/power/active", every: 5, Inert(412, swing: 60, decimals: 1));
        var energy = 815_000.0;
        Add("plant/utilities/power/energy", every: 10, () => PlantSample.Of(energy += 0.11, decimals: 2));
        var tired = Inert(21, swing: 2, decimals: 1);
        Add("plant/utilities/hall/temperature", every: 10, () => tired() with
        {
            Quality = _random.Next(4) switch { 0 => "bad", 1 => "uncertain", _ => "good" },
        });
        Add("plant/utilities/hall/door", every: 20, () => PlantSample.Of(_random.Next(6) == 0));
    }

    private void Add(string topic, int every, Func<PlantSample> next) =>
        _signals.Add(new PlantSignal(topic, every, next));

    /// <summary>
    /// A value that is pulled to its set point and pushed by small disturbances, as a heated mass is.
    /// </summary>
    private Func<PlantSample> Inert(double setPoint, double swing, int decimals)
    {
        var value = setPoint + (((_random.NextDouble() * 2) - 1) * swing);
        var velocity = 0.0;
        return () =>
        {
            var push = ((_random.NextDouble() * 2) - 1) * swing * 0.03;
            velocity = (0.9 * velocity) + (0.02 * (setPoint - value)) + push;
            value += velocity;
            return PlantSample.Of(value, decimals);
        };
    }
}
