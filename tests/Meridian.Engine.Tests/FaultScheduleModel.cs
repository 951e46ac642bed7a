using Meridian.Configuration;
using Meridian.Engine.Tests.Peers;
using Meridian.Sdk.Faults;
using Meridian.Sdk.North;
using Xunit.Abstractions;

namespace Meridian.Engine.Tests;

/// <summary>
/// Norths that fail, reject, retry and crash at random, and kills between: nothing is lost or counted twice.
/// </summary>
public sealed class FaultScheduleModel(ITestOutputHelper output)
{
    private const int Seeds = 50;

    /// <summary>How fast the clock runs while something is waited for: backoffs reach 30 s.</summary>
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task Gateway_AnyScheduleOfFaults_DeliversOrAccountsForEverything()
    {
        for (var seed = 0; seed < Seeds; seed++)
        {
            try
            {
                await RunAsync(new Random(seed));
            }
            catch
            {
                output.WriteLine($"The seed was {seed}.");
                throw;
            }
        }
    }

    private static async Task RunAsync(Random random)
    {
        var plain = new NorthPeer();
        var own = new OwnCursorPeer();
        var plainRandom = new Random(random.Next());
        var ownRandom = new Random(random.Next());
        var frozen = new Frozen();
        plain.Answer(batch => frozen.Answer(0) ?? AnswerPlain(plain, batch, plainRandom));
        own.Answer(batch => frozen.Answer(1) ?? AnswerOwn(own, batch, ownRandom));
        await using var gateway = new TestGateway();
        gateway.Config = new MeridianConfig
        {
            Gateway = new GatewayConfig { DrainTime = TimeSpan.FromSeconds(1) },
            Souths = [gateway.South.Config("s")],
            Norths = [plain.Config("plain", random.Next(1, 40)), own.Config("own", random.Next(1, 40))],
        };
        await gateway.RunAsync();
        var given = 0;
        var kills = 0;
        for (var round = 0; round < 3; round++)
        {
            var count = random.Next(1, 120);
            given += count;
            await gateway.GiveAsync(count, random.Next(1, 30));
            Assert.True(gateway.Account.IsBalanced, gateway.Engine.GetStatus().ToString());
            switch (random.Next(3))
            {
                case 0:
                    await gateway.StopAsync();
                    await gateway.RunAsync();
                    break;
                case 1:
                    await KillAsync(gateway, frozen);
                    kills++;
                    break;
                default:
                    await gateway.UntilLaterAsync(() => gateway.Account.Waiting < count, Step);
                    break;
            }

            Assert.True(gateway.Account.IsBalanced, gateway.Engine.GetStatus().ToString());
        }

        await gateway.UntilLaterAsync(() => gateway.Account.Waiting == 0, Step);
        Assert.True(gateway.Account.IsBalanced, gateway.Engine.GetStatus().ToString());
        Check(gateway, plain, "plain", given, mayRepeat: kills > 0);
        Check(gateway, own, "own", given, mayRepeat: false);
    }

    /// <summary>Goes on with the folder as a kill leaves it, with nobody having got anything since.</summary>
    private static async Task KillAsync(TestGateway gateway, Frozen frozen)
    {
        frozen.Begin();
        await gateway.UntilLaterAsync(
            () => (gateway.North(0).Waiting == 0 || frozen.WasAsked(0))
                && (gateway.North(1).Waiting == 0 || frozen.WasAsked(1)),
            Step);
        var cut = gateway.Cut();
        await gateway.StopAsync();
        frozen.End();
        gateway.Folder = cut;
        await gateway.RunAsync();
    }

    private static void Check(TestGateway gateway, NorthPeer peer, string name, int given, bool mayRepeat)
    {
        var stored = mayRepeat ? [.. peer.Stored.Distinct()] : peer.Stored;
        long[] refused = [.. File.ReadAllLines(gateway.QuarantineOf(name))
            .Select(line => System.Text.Json.JsonDocument.Parse(line).RootElement.GetProperty("position").GetInt64())];
        Assert.Equal(Enumerable.Range(0, given).Select(number => (long)number), stored.Concat(refused).Order());
        Assert.All(refused, position => Assert.True(IsPoison(position)));
        Assert.Equal(stored.Order(), stored);
    }

    private static bool IsPoison(long position) => position % 13 == 5;

    private static DeliveryOutcome AnswerPlain(NorthPeer peer, ValuesBatch batch, Random random)
    {
        var poison = PoisonOf(batch);
        switch (random.Next(8))
        {
            case 0:
                throw new ConnectorException(Fault.Unreachable, "Cut.");
            case 1:
                throw new InvalidOperationException("Bug.");
            case 2:
                var prefix = poison.Length > 0 ? poison[0] : random.Next(batch.Positions.Length + 1);
                peer.Store(batch, Enumerable.Range(0, prefix));
                return DeliveryOutcome.Retry("Busy.", null, prefix);
            case 3:
                peer.Context.ReportLost(new ConnectorException(Fault.Unreachable, "Cut later."));
                return DeliveryOutcome.Retry("Busy.");
            default:
                if (poison.Length == 0)
                {
                    return peer.StoreAll(batch);
                }

                if (random.Next(3) == 0)
                {
                    peer.Store(batch, Enumerable.Range(0, batch.Positions.Length).Except(poison));
                    return DeliveryOutcome.DeliveredExcept(Named(poison));
                }

                return Refuse(poison, random);
        }
    }

    private static DeliveryOutcome AnswerOwn(OwnCursorPeer peer, ValuesBatch batch, Random random)
    {
        var poison = PoisonOf(batch);
        if (poison.Length > 0)
        {
            return Refuse(poison, random);
        }

        return random.Next(6) switch
        {
            0 => throw new ConnectorException(Fault.Unreachable, "Cut before the commit."),
            1 => throw new ConnectorException(Fault.Unreachable, $"Cut after the commit, {peer.Commit(batch).Kind}."),
            2 => throw new InvalidOperationException($"Bug after the commit, {peer.Commit(batch).Kind}."),
            3 => DeliveryOutcome.Retry("Busy."),
            _ => peer.Commit(batch),
        };
    }

    private static DeliveryOutcome Refuse(int[] poison, Random random) =>
        random.Next(2) == 0 ? DeliveryOutcome.Rejected("Poison.") : DeliveryOutcome.Rejected(Named(poison));

    private static int[] PoisonOf(ValuesBatch batch) =>
        [.. Enumerable.Range(0, batch.Positions.Length).Where(index => IsPoison(batch.Positions.Span[index]))];

    private static Rejection[] Named(int[] poison) => [.. poison.Select(index => new Rejection(index, "Poison."))];

    /// <summary>Two destinations that take nothing for a while, and whether each has been asked meanwhile.</summary>
    private sealed class Frozen
    {
        private readonly Lock _lock = new();
        private readonly bool[] _wasAsked = new bool[2];
        private bool _isFrozen;

        public void Begin()
        {
            lock (_lock)
            {
                _isFrozen = true;
                Array.Clear(_wasAsked);
            }
        }

        public void End()
        {
            lock (_lock)
            {
                _isFrozen = false;
            }
        }

        public bool WasAsked(int destination)
        {
            lock (_lock)
            {
                return _wasAsked[destination];
            }
        }

        public DeliveryOutcome? Answer(int destination)
        {
            lock (_lock)
            {
                _wasAsked[destination] |= _isFrozen;
                return _isFrozen ? DeliveryOutcome.Retry("Frozen.") : null;
            }
        }
    }
}
