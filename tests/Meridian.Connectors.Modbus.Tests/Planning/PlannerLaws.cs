using FsCheck;
using FsCheck.Fluent;
using Meridian.Connectors.Modbus.Planning;
using Meridian.Connectors.Modbus.South;
using Meridian.Connectors.Modbus.Values;
using Meridian.Fixtures;

namespace Meridian.Connectors.Modbus.Tests.Planning;

/// <summary>What holds for the plan of any items.</summary>
public sealed class PlannerLaws
{
    private static readonly ModbusType[] RegisterTypes = [ModbusType.Uint16, ModbusType.Float32, ModbusType.Int64];

    [Fact]
    public void AnyItems_ArePlannedOnceEach_WithinTheLimits() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(TestMode.Pick(full: 20_000, brief: 1_000)),
        Prop.ForAll(Cases().ToArbitrary(), one =>
        {
            var items = Items(one.Items);

            var requests = RequestPlanner.Plan(items, one.Limits);

            AssertLawful(items, requests, one.Limits);
        }));

    [Fact]
    public void AnyRequest_SplitToTheEnd_ServesTheSameItems() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(TestMode.Pick(full: 5_000, brief: 300)),
        Prop.ForAll(Cases().ToArbitrary(), one =>
        {
            var items = Items(one.Items);
            var waiting = new Queue<PlannedRequest>(RequestPlanner.Plan(items, one.Limits));
            var single = new List<PlannedRequest>();
            while (waiting.TryDequeue(out var request))
            {
                if (request.Split() is { } parts)
                {
                    Assert.Equal(request.Items, parts.First.Items.Concat(parts.Second.Items));
                    waiting.Enqueue(parts.First);
                    waiting.Enqueue(parts.Second);
                }
                else
                {
                    single.Add(request);
                }
            }

            Assert.Equal(items.Length, single.Count);
            Assert.All(single, static one => Assert.Equal(one.Items[0].Count, one.Count));
            AssertLawful(items, single, one.Limits);
        }));

    [Fact]
    public void Split_OfItemsWithAGap_PartsThemAtTheWidest()
    {
        var items = Items([new(1, 2, 0, 0), new(1, 2, 1, 0), new(1, 2, 2, 0), new(1, 2, 5, 0)]);
        var request = RequestPlanner.Plan(items, new PlanLimits(125, 2_000, 8, 64)).Single();

        var parts = request.Split();

        Assert.Equal([0, 1, 2], parts!.Value.First.Items.Select(static item => item.Address));
        Assert.Equal([5], parts.Value.Second.Items.Select(static item => item.Address));
    }

    [Fact]
    public void Plan_OfNeighboursUpToTheGap_IsOneRequest()
    {
        var items = Items([new(1, 2, 0, 0), new(1, 2, 9, 0), new(1, 2, 19, 0)]);

        var requests = RequestPlanner.Plan(items, new PlanLimits(125, 2_000, 8, 64));

        Assert.Equal([(0, 10), (19, 1)], requests.Select(static one => ((int)one.Request.Address, one.Count)));
    }

    private static void AssertLawful(
        PlannedItem[] items, IReadOnlyList<PlannedRequest> requests, in PlanLimits limits)
    {
        var served = requests.SelectMany(static request => request.Items).ToArray();
        Assert.Equal(items.Length, served.Length);
        Assert.Equal(items.ToHashSet(), served.ToHashSet());
        foreach (var request in requests)
        {
            var kind = request.Items[0].Kind;
            Assert.InRange(request.Count, 1, limits.MaxOf(kind));
            Assert.All(request.Items, item =>
            {
                Assert.Equal((request.UnitId, kind), (item.UnitId, item.Kind));
                Assert.InRange(item.Address, request.Request.Address, request.Request.Address + request.Count - 1);
                Assert.InRange(item.End, 1, request.Request.Address + request.Count);
            });
            AssertGaps(request, limits.GapOf(kind));
        }
    }

    private static void AssertGaps(PlannedRequest request, int gap)
    {
        var (inVain, longest) = (0, 0);
        for (int at = request.Request.Address; at < request.Request.Address + request.Count; at++)
        {
            inVain = Array.Exists(request.Items, item => at >= item.Address && at < item.End) ? 0 : inVain + 1;
            longest = Math.Max(longest, inVain);
        }

        Assert.InRange(longest, 0, gap);
    }

    private static Gen<Case> Cases() =>
        from limits in
            from registers in Gen.Choose(4, 125)
            from bits in Gen.Choose(1, 2_000)
            from registerGap in Gen.Choose(0, 20)
            from bitGap in Gen.Choose(0, 100)
            select new PlanLimits(registers, bits, registerGap, bitGap)
        from items in
            (from unit in Gen.Choose(1, 3)
             from kind in Gen.Choose(0, 3)
             from address in Gen.OneOf(Gen.Choose(0, 300), Gen.Choose(0, 65_532))
             from type in Gen.Choose(0, RegisterTypes.Length - 1)
             select new Place(unit, kind, address, type)).ListOf()
        select new Case(limits, [.. items]);

    private static PlannedItem[] Items(IReadOnlyList<Place> places) =>
    [
        .. places.Select(static (place, index) =>
        {
            var kind = (ModbusKind)place.Kind;
            var settings = new ModbusItemSettings
            {
                UnitId = place.Unit,
                Kind = kind,
                Address = place.Address,
                Type = kind.IsBits() ? ModbusType.Bool : RegisterTypes[place.Type],
            };
            return new PlannedItem($"{index}", index, settings, RegisterFormat.Of(settings, ModbusOrder.Abcd));
        }),
    ];

    private sealed record Place(int Unit, int Kind, int Address, int Type);

    private sealed record Case(PlanLimits Limits, IReadOnlyList<Place> Items);
}
