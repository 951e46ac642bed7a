using Meridian.Sdk.Intakes;
using Meridian.Sdk.Readings;
using Meridian.Sdk.South;
using Meridian.Testing.Contexts;

namespace Meridian.Testing.Contract;

/// <summary>What the answer to a query must be like.</summary>
internal static class QueryExpectations
{
    public static void LastPoint(ReadingsContent content, IReadOnlyList<Item> items, long value)
    {
        Check(Clause.LastPoint, content.Readings);
        if (content.Readings.Length < items.Count)
        {
            throw new ContractViolationException(
                Clause.LastPoint,
                $"a reading for each of {items.Count} items",
                $"there were {content.Readings.Length} readings");
        }

        if (!Contains(content.Readings, value))
        {
            throw new ContractViolationException(
                Clause.LastPoint, $"the value {value} that the source has for '{items[0].Name}'", "it was not given");
        }
    }

    public static async Task FileAsync(
        IQueriesFile south, Item item, string name, byte[] content, CancellationToken cancellationToken)
    {
        SourceFile? found = null;
        await foreach (var file in south.QueryFileAsync(item, cancellationToken).ConfigureAwait(false))
        {
            found = file.Path.EndsWith(name, StringComparison.Ordinal) ? file : found;
        }

        if (found is null || found.LengthBytes != content.Length)
        {
            throw new ContractViolationException(
                Clause.File,
                $"the file '{name}' with {content.Length} bytes",
                found is null ? "it was not listed" : $"it was listed with {found.LengthBytes} bytes");
        }

        // Twice, because a delivery may be repeated.
        for (var time = 1; time <= 2; time++)
        {
            var stream = await found.OpenRead(cancellationToken).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                using var copy = new MemoryStream();
                await stream.CopyToAsync(copy, cancellationToken).ConfigureAwait(false);
                if (!copy.ToArray().AsSpan().SequenceEqual(content))
                {
                    throw new ContractViolationException(
                        Clause.OpenRead,
                        $"the {content.Length} bytes of '{name}' the {time}. time",
                        $"{copy.Length} bytes came, or others");
                }
            }
        }
    }

    /// <summary>Looks at readings themselves.</summary>
    public static void Check(Clause clause, ReadOnlyMemory<Reading> readings)
    {
        if (IntakeMistakes.Of(readings).FirstOrDefault() is { } mistake)
        {
            throw new ContractViolationException(clause, "readings as their comment says", mistake);
        }
    }

    public static bool Contains(ReadOnlyMemory<Reading> readings, long value)
    {
        foreach (ref readonly var reading in readings.Span)
        {
            if (NumberOf.Value(reading.Value) == value)
            {
                return true;
            }
        }

        return false;
    }
}
