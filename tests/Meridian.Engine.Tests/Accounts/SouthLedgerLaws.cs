using FsCheck;
using FsCheck.Fluent;
using Meridian.Engine.Accounts;
using Meridian.Engine.Groups;
using Meridian.Journal;

namespace Meridian.Engine.Tests.Accounts;

public sealed class SouthLedgerLaws
{
    [Fact]
    public void Records_StoredOrNot_AccountIsTheSumOfThoseStored() =>
        Prop.ForAll<(byte[] Runs, bool IsDurable)[]>(static records =>
        {
            var stored = new Dictionary<string, byte[]>(StringComparer.Ordinal);
            var ledger = new SouthLedger([], static () => default);
            var (expected, ungrouped) = (new Dictionary<string, long>(StringComparer.Ordinal), 0L);
            foreach (var (bytes, isDurable) in records)
            {
                var runs = new GroupRuns();
                var given = (bytes ?? []).Select(static one => (Count: 1 + (one >> 3), Group: NameOf(one))).ToArray();
                Array.ForEach(given, run => runs.Add(run.Count, run.Group));
                Store(stored, ledger.Stage(given.Sum(static run => run.Count), runs, default), isDurable);
                ledger.Settle(isDurable);
                foreach (var (count, group) in isDurable ? given : [])
                {
                    ungrouped += group is null ? count : 0;
                    _ = group is not null && expected.TryAdd(group, 0);
                    _ = group is not null && (expected[group] += count) > 0;
                }
            }

            return IsExpected(ledger.Account) && IsExpected(Reopen(stored).Account);

            bool IsExpected(SouthAccount account) =>
                account.ByGroup.OrderBy(static one => one.Key, StringComparer.Ordinal)
                    .SequenceEqual(expected.OrderBy(static one => one.Key, StringComparer.Ordinal))
                && account.Ungrouped == ungrouped
                && account.Received == ungrouped + expected.Values.Sum();
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Bytes_AreThoseOfTheDrawing()
    {
        var ledger = new SouthLedger([], static () => new SouthTotals(0, 2, 3, 4));
        var runs = new GroupRuns();
        runs.Add(258, "press");

        var checkpoints = ledger.Stage(259, runs, new[] { new JournalCheckpoint("mine", new byte[] { 7 }) }).ToArray();

        Assert.Equal(
            ["mine=07", "#account=0103010000000000000200000000000000030000000000000004" + "00000000000000",
                "#account/press=010201000000000000"],
            checkpoints.Select(static one => $"{one.Key}={Convert.ToHexString(one.Value.Span)}"),
            StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("#account", "02")]
    [InlineData("#account", "")]
    [InlineData("#account/g", "010000")]
    public void Bytes_ThatCannotBeRead_AreToldAndCountedAnew(string key, string hex)
    {
        var ledger = new SouthLedger(
            [new JournalCheckpoint(key, Convert.FromHexString(hex)), new JournalCheckpoint("other", default)],
            static () => default);

        Assert.True(ledger.HasUnread);
        Assert.Equal(0, ledger.Account.Received);
    }

    [Fact]
    public void Groups_WithoutEnd_CountAsNoneBeyondTheLimit()
    {
        var ledger = new SouthLedger([], static () => default);
        for (var i = 0; i < 10_050; i++)
        {
            var runs = new GroupRuns();
            runs.Add(1, $"g{i}");
            _ = ledger.Stage(1, runs, default);
            ledger.Settle(isDurable: true);
        }

        var account = ledger.Account;
        Assert.Equal((10_050, 10_000, 50), (account.Received, account.ByGroup.Count, account.Ungrouped));
    }

    private static string? NameOf(byte one) => (one & 7) switch
    {
        0 => null,
        1 => string.Empty, // no group can be called so
        _ => $"g{one & 7}",
    } is { Length: > 0 } name ? name : null;

    private static void Store(
        Dictionary<string, byte[]> stored, ReadOnlyMemory<JournalCheckpoint> checkpoints, bool isDurable)
    {
        foreach (var checkpoint in checkpoints.ToArray())
        {
            if (isDurable)
            {
                stored[checkpoint.Key] = checkpoint.Value.ToArray();
            }
        }
    }

    private static SouthLedger Reopen(Dictionary<string, byte[]> stored) =>
        new(stored.Select(static one => new JournalCheckpoint(one.Key, one.Value)), static () => default);
}
