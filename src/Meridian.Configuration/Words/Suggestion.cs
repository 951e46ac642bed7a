namespace Meridian.Configuration.Words;

/// <summary>Guesses which of the known words somebody meant. Stateless; any thread.</summary>
public static class Suggestion
{
    // There may be 50,000 items; the nearest is named first anyway.
    private const int MaxShown = 20;

    // A word longer than this is not a slip of the fingers on one of ours, and the distance costs its square.
    private const int MaxWordLength = 64;

    /// <summary>Finds the nearest known word.</summary>
    /// <param name="word">What was written.</param>
    /// <param name="known">The known words.</param>
    /// <returns>A word near enough to be worth asking about; null when there is none.</returns>
    public static string? Find(string word, IEnumerable<string> known)
    {
        ArgumentNullException.ThrowIfNull(word);
        ArgumentNullException.ThrowIfNull(known);
        if (word.Length > MaxWordLength)
        {
            return null;
        }

        var nearest = known
            .Where(candidate => candidate.Length <= MaxWordLength)
            .Select(candidate => (Word: candidate, Distance: Distance(word, candidate)))
            .OrderBy(pair => pair.Distance)
            .FirstOrDefault();

        // One slip in three letters still reads as the same word; more is a guess.
        return nearest.Word is not null && nearest.Distance <= Math.Max(1, word.Length / 3) ? nearest.Word : null;
    }

    /// <summary>The end of a message: what was meant, or what there is.</summary>
    /// <param name="word">What was written.</param>
    /// <param name="known">The known words.</param>
    /// <returns>Such as <c>did you mean 'mqtt'? (known: mqtt, files)</c>.</returns>
    public static string Hint(string word, IReadOnlyCollection<string> known)
    {
        ArgumentNullException.ThrowIfNull(word);
        ArgumentNullException.ThrowIfNull(known);
        if (known.Count == 0)
        {
            return "there is none";
        }

        var more = known.Count > MaxShown ? ", …" : string.Empty;
        var list = $"known: {string.Join(", ", known.Take(MaxShown))}{more}";
        return Find(word, known) is { } meant ? $"did you mean '{meant}'? ({list})" : list;
    }

    // Edits without regard to case; two neighbours exchanged count as one edit.
    private static int Distance(string left, string right)
    {
        var beforeLast = new int[right.Length + 1];
        var last = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var row = new int[right.Length + 1];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var cost = Same(left[i - 1], right[j - 1]) ? 0 : 1;
                row[j] = Math.Min(Math.Min(row[j - 1], last[j]) + 1, last[j - 1] + cost);
                if (i > 1 && j > 1 && Same(left[i - 1], right[j - 2]) && Same(left[i - 2], right[j - 1]))
                {
                    row[j] = Math.Min(row[j], beforeLast[j - 2] + 1);
                }
            }

            (beforeLast, last) = (last, row);
        }

        return last[right.Length];
    }

    private static bool Same(char left, char right) => char.ToLowerInvariant(left) == char.ToLowerInvariant(right);
}
