using System.Globalization;
using Meridian.Configuration;
using Meridian.Engine.Supervision;
using Meridian.Engine.Tests.Peers;

namespace Meridian.Engine.Tests.Faults;

/// <summary>
/// A gateway among peers that do anything, one step after another, drawn from a seed. Beside them a South that nothing
/// happens to, "s", and a North that is always there and takes everything, "keeper": what it has is the journal's
/// content, as far as it is not filtered.
/// </summary>
internal sealed partial class FaultPlant : IAsyncDisposable
{
    /// <summary>How fast the clock runs while something is waited for: backoffs reach 30 s.</summary>
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(2);

    private readonly Random _random;
    private readonly TestGateway _gateway = new(TimeSpan.FromSeconds(90));
    private readonly List<FaultDestination> _gone = [];
    private Life _life = new();
    private long _number;
    private int _names;
    private int _offers;
    private int _ignoredReceipts;
    private TimeSpan _drainTime = TimeSpan.FromSeconds(2);

    public FaultPlant(int seed)
    {
        _random = new Random(seed);
        _gateway.Clock.Advance(TimeSpan.FromMilliseconds(_random.Next(1_000)));
        for (var left = _random.Next(1, 3); left > 0; left--)
        {
            Sources.Add(NewSource());
        }

        Destinations.Add(new FaultDestination("keeper", _random, keepsCursor: true, []));
        for (var left = _random.Next(3); left > 0; left--)
        {
            Destinations.Add(NewDestination());
        }
    }

    public TestGateway Gateway => _gateway;

    public List<FaultSource> Sources { get; } = [];

    public List<FaultDestination> Destinations { get; } = [];

    public IReadOnlyList<FaultDestination> Gone => _gone;

    /// <summary>What was done, in order.</summary>
    public List<string> Steps { get; } = [];

    /// <summary>What "s" gave, by the number of the offer.</summary>
    public Dictionary<int, long[]> Offered { get; } = [];

    /// <summary>The offers of "s" that the gateway has said are on disk.</summary>
    public HashSet<int> Receipts { get; } = [];

    public FaultQuarantine QuarantineOf(FaultDestination destination) =>
        new(_gateway.QuarantineOf(destination.Name));

    public async Task StartAsync()
    {
        _gateway.Config = Config();
        await _gateway.RunAsync();
    }

    /// <summary>One step, and whether the account balances after it.</summary>
    public async Task StepAsync()
    {
        foreach (var source in Sources)
        {
            source.WritePast();
        }

        if (_random.Next(2) == 0)
        {
            Say();
            await OfferAsync();
        }

        await (_random.Next(20) switch
        {
            0 or 1 or 2 => DoAsync("say", Say),
            3 => DoAsync("offer", OfferAsync),
            4 or 5 => DoAsync("files", () => Sources.ForEach(static source => source.WriteFiles())),
            6 or 7 => DoAsync("breathe", () => BreatheAsync(_random.Next(1, 20))),
            8 or 9 => DoAsync("script South", ScriptSouth),
            10 => DoAsync("script North", ScriptNorth),
            11 or 12 => DoAsync("moods", TurnMoods),
            13 => DoAsync("vanish or return", VanishOrReturn),
            14 => DoAsync("block or unblock", BlockOrUnblock),
            15 => DoAsync("items", ChangeItemsAsync),
            16 => DoAsync("Souths", ChangeSouthsAsync),
            17 => DoAsync("Norths", ChangeNorthsAsync),
            18 => DoAsync("restart", RestartAsync),
            _ => DoAsync("kill", KillAsync),
        });
        await BreatheAsync(2);
    }

    /// <summary>All is well from now on: waits until everything has arrived somewhere.</summary>
    /// <returns>Until when the past was complete.</returns>
    public async Task<DateTimeOffset> SettleAsync()
    {
        Steps.Add("calm");
        foreach (var source in Sources)
        {
            source.South.Script.Clear();
            source.Vanish();
            source.Return();
            source.IsPresent = true;
        }

        foreach (var destination in Destinations)
        {
            destination.TurnBad(0);
            destination.North.Script.Clear();
            destination.North.Unblock();
            destination.Vanish();
            destination.Return();
            destination.IsEnabled = true;
        }

        await ApplyAsync();
        await MendAsync();
        var until = _gateway.Clock.GetUtcNow();
        for (var minutes = 0; minutes < 60 && FaultVerdict.MissingAtKeeper(this, until).Count > 0; minutes++)
        {
            await BreatheAsync(30);
        }

        // None of them is given up: what it has under way would be in the journal after the end was looked at.
        Sources.ForEach(static source => source.IsPresent = false);
        _drainTime = TimeSpan.FromMinutes(10);
        await ApplyAsync();

        // Each North by itself, too: it passes what is not routed to it, which the gateway does not wait for.
        await _gateway.UntilLaterAsync(
            () => _gateway.Engine.GetStatus() is { Account.Waiting: 0 } status
                && status.Norths.All(static north => north.Account.Waiting == 0),
            Step);
        Balance();
        NoteReceipts();
        return until;
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        foreach (var destination in Destinations.Concat(_gone))
        {
            destination.Dispose();
        }
    }

    /// <summary>What waits for a change of its configuration gets a restart in its place.</summary>
    private async Task MendAsync()
    {
        while (!Are(ConnectorState.Running))
        {
            await _gateway.UntilLaterAsync(() => Are(ConnectorState.Running) || IsAny(ConnectorState.Failed), Step);
            if (IsAny(ConnectorState.Failed))
            {
                Steps.Add("mend");
                await RestartAsync();
            }
        }
    }

    private bool Are(ConnectorState state) => States().All(one => one == state);

    private bool IsAny(ConnectorState state) => States().Any(one => one == state);

    private ConnectorState[] States()
    {
        var status = _gateway.Engine.GetStatus();
        return
        [
            .. status.Souths.Select(static south => south.Connector.State),
            .. status.Norths.Select(static north => north.Connector.State),
        ];
    }

    private Task DoAsync(string name, Action step)
    {
        Steps.Add(name);
        step();
        return Task.CompletedTask;
    }

    private Task DoAsync(string name, Func<Task> step)
    {
        Steps.Add(name);
        return step();
    }

    /// <summary>A little time goes by, and the account balances at each moment of it.</summary>
    private async Task BreatheAsync(int times)
    {
        await _gateway.UntilLaterAsync(
            () =>
            {
                Balance();
                return --times < 0;
            },
            Step);
    }

    private void Balance()
    {
        var status = _gateway.Engine.GetStatus();
        Assert.True(
            status.Account.IsBalanced,
            $"{status.Account}\n{string.Join('\n', status.Norths.Select(static north => north.Account.ToString()))}");
    }

    private async Task RestartAsync()
    {
        await _gateway.StopAsync();
        NoteReceipts();
        _gateway.Config = Config();
        await _gateway.RunAsync();
    }

    /// <summary>
    /// What the process had done by a moment is on the disk, and it says nothing any more to anyone. Then another goes
    /// on with that disk.
    /// </summary>
    private async Task KillAsync()
    {
        _life.End();
        Action[] returning =
        [
            .. Sources.Where(static one => !one.HasVanished).Select(static one => (Action)one.Return),
            .. Destinations.Where(static one => !one.HasVanished).Select(static one => (Action)one.Return),
        ];
        Sources.ForEach(static one => one.Vanish());
        Destinations.ForEach(static one => one.Vanish());
        NoteReceipts();
        var cut = _gateway.Cut();
        await _gateway.StopAsync();
        _ignoredReceipts = _gateway.South.Stored.Count;
        _gateway.Folder = cut;
        _life = new Life();
        Array.ForEach(returning, static one => one());
        _gateway.Config = Config();
        await _gateway.RunAsync();
    }

    /// <summary>The receipts that came before now; those that come after a kill do not reach their source.</summary>
    private void NoteReceipts()
    {
        var all = _gateway.South.Stored;
        Receipts.UnionWith(all.Skip(_ignoredReceipts));
        _ignoredReceipts = all.Count;
    }

    private async Task ApplyAsync()
    {
        _gateway.Config = Config();
        var applying = _gateway.Engine.ApplyAsync(_gateway.Config, CancellationToken.None);
        await _gateway.UntilLaterAsync(() => applying.IsCompleted, Step);
        await applying;
    }

    private MeridianConfig Config() => new()
    {
        Gateway = new GatewayConfig { DrainTime = _drainTime },
        Souths =
        [
            _gateway.South.Config("s"),
            .. Sources.Where(static source => source.IsPresent).Select(static source => source.Config),
        ],
        Norths = [.. Destinations.Select(static destination => destination.Config)],
    };

    private FaultSource NewSource() =>
        new(NextName("south"), _gateway.Clock, new Random(_random.Next()), NextNumber, () => _life);

    private FaultDestination NewDestination()
    {
        string[] from = _random.Next(2) == 0 ? [] : ["s", Pick(Sources).Name];
        return new FaultDestination(NextName("north"), _random, _random.Next(2) == 0, from);
    }

    private string NextName(string kind) => string.Create(CultureInfo.InvariantCulture, $"{kind}{++_names}");

    private long NextNumber() => ++_number;

    private T Pick<T>(IReadOnlyList<T> all) => all[_random.Next(all.Count)];
}
