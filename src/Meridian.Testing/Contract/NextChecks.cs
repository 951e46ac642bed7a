using Meridian.Sdk.South;

namespace Meridian.Testing.Contract;

/// <summary>Checks of what only a South does that is asked for what comes next.</summary>
internal static class NextChecks
{
    /// <summary>How many places of an answer it is asked again from.</summary>
    private const int Places = 5;

    /// <summary>After any position the same comes, and behind it what is new.</summary>
    public static async Task GoesOnAsync(SouthBench bench)
    {
        var life = await bench.MakeAsync(LifeStage.Serving).ConfigureAwait(false);
        var item = bench.Source.ItemsOf(SouthCapabilities.Next)[0];
        var places = new List<(ReadOnlyMemory<byte> Position, int Count)>();
        for (var i = 0; i < Places; i++)
        {
            await bench.YieldAsync(item).ConfigureAwait(false);
            var answer = await AskAsync(life, item, null).ConfigureAwait(false);
            if (!answer.HasFiles && answer.Position is { } place)
            {
                places.Add((place, answer.Data.Count));
            }
        }

        var whole = await AskAsync(life, item, null).ConfigureAwait(false);
        places.AddRange(whole.Pages.Take(Places));
        foreach (var (place, count) in places)
        {
            await ExpectRestAsync(life, item, place, whole.Data[count..]).ConfigureAwait(false);
        }

        var none = await AskAsync(life, item, whole.Position).ConfigureAwait(false);
        if (none.Data.Count > 0)
        {
            throw new ContractViolationException(
                Clause.Next, "nothing after the last position", $"{none.Data.Count} data came again or are new");
        }

        var value = await bench.YieldAsync(item).ConfigureAwait(false);
        var more = await AskAsync(life, item, none.Position).ConfigureAwait(false);
        more.Expect(item, value);
        await bench.EndAsync(life).ConfigureAwait(false);
    }

    private static async Task ExpectRestAsync(
        Life life, Item item, ReadOnlyMemory<byte> place, IReadOnlyList<string> expected)
    {
        var rest = await AskAsync(life, item, place).ConfigureAwait(false);
        if (!rest.Data.SequenceEqual(expected, StringComparer.Ordinal))
        {
            throw new ContractViolationException(
                Clause.Next,
                $"after the position of a page what followed it, {expected.Count} data",
                $"{rest.Data.Count} data came, or others");
        }
    }

    private static async Task<NextAnswer> AskAsync(Life life, Item item, ReadOnlyMemory<byte>? position)
    {
        NextAnswer? answer = null;
        await life.MustReturnAsync(
            Clause.Next,
            async token => answer = await NextAnswer.OfAsync(life.Connector, item, position, token)
                .ConfigureAwait(false)).ConfigureAwait(false);
        return answer!; // it returned
    }
}
