using System.Runtime.InteropServices;
using Meridian.Sdk.Readings;
using Meridian.Transforms.State;

namespace Meridian.Transforms.Aggregates;

/// <summary>
/// What is known of one point's window. Means are carried as means, not as sums, so that they neither overflow nor
/// leave the range of their numbers.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal struct WindowState
{
    /// <summary>The number of the window since 1970; of a closed one, the last that was closed.</summary>
    public long Index;

    /// <summary>Whether it has readings that have not gone out.</summary>
    public bool IsOpen;

    /// <summary>The window that the South was in when the point was last heard of.</summary>
    public long HeardAt;

    /// <summary>The group of the item, as of the last reading.</summary>
    public string? Group;

    /// <summary>All readings.</summary>
    public long Count;

    /// <summary>The readings among them that are numbers to calculate with.</summary>
    public long Numbers;

    /// <summary>Whether any of the numbers is of uncertain quality.</summary>
    public bool HasUncertain;

    public double Min;
    public double Max;
    public double Mean;

    /// <summary>The time-weighted mean up to <see cref="HeldSince"/>.</summary>
    public double WeightedMean;

    /// <summary>The time that <see cref="WeightedMean"/> is of.</summary>
    public long WeightTicks;

    /// <summary>The number that holds.</summary>
    public double Held;

    /// <summary>Since when.</summary>
    public long HeldSince;

    /// <summary>The latest reading's value; none when nobody asks for it.</summary>
    public ReadingValue Last;

    /// <summary>Its quality.</summary>
    public Quality LastQuality;

    /// <summary>Its timestamp.</summary>
    public long LastTicks;

    /// <summary>Takes in a reading of this window.</summary>
    public void Add(in Reading reading, bool keepsLast)
    {
        var ticks = reading.Timestamp.UtcTicks;
        if (keepsLast && (Count == 0 || ticks >= LastTicks))
        {
            (Last, LastQuality, LastTicks) = (reading.Value, reading.Quality, ticks);
        }

        Count++;
        if (!Values.Numbers.TryGet(reading.Value, out var number)
            || !double.IsFinite(number) || reading.Quality.IsBad)
        {
            return;
        }

        HasUncertain |= !reading.Quality.IsGood;
        if (Numbers++ == 0)
        {
            (Min, Max, Mean, Held, HeldSince) = (number, number, number, number, ticks);
            return;
        }

        Min = Math.Min(Min, number);
        Max = Math.Max(Max, number);
        Mean = Blend(Mean, number, 1d / Numbers);
        if (ticks >= HeldSince)
        {
            HoldUntil(ticks);
            (Held, HeldSince) = (number, ticks);
        }
    }

    /// <summary>The time-weighted mean when the number that holds does so until then. There must be a number.</summary>
    public readonly double WeightedMeanAt(long endTicks)
    {
        var copy = this;
        copy.HoldUntil(endTicks);
        return Math.Clamp(copy.WeightTicks == 0 ? copy.Held : copy.WeightedMean, Min, Max);
    }

    /// <summary>The quality of what is calculated of the numbers.</summary>
    public readonly Quality Quality =>
        Numbers == 0 ? Quality.Bad : HasUncertain || Numbers < Count ? Quality.Uncertain : Quality.Good;

    /// <summary>Writes it.</summary>
    public readonly void Save(StateWriter writer)
    {
        writer.WriteInteger(Index);
        writer.WriteByte((byte)((IsOpen ? 1 : 0) | (HasUncertain ? 2 : 0)));
        writer.WriteInteger(HeardAt - Index);
        if (!IsOpen)
        {
            return;
        }

        writer.WriteName(Group);
        writer.WriteCount((ulong)Count);
        writer.WriteValue(Last);
        writer.WriteCount(LastQuality.StatusCode);
        writer.WriteInteger(LastTicks);
        writer.WriteCount((ulong)Numbers);
        if (Numbers == 0)
        {
            return;
        }

        foreach (var number in (ReadOnlySpan<double>)[Min, Max, Mean, WeightedMean, Held])
        {
            writer.WriteDouble(number);
        }

        writer.WriteCount((ulong)WeightTicks);
        writer.WriteInteger(HeldSince);
    }

    /// <summary>Reads it.</summary>
    public static WindowState Load(ref StateReader reader)
    {
        var state = new WindowState { Index = reader.ReadInteger() };
        var flags = reader.ReadByte();
        (state.IsOpen, state.HasUncertain) = ((flags & 1) != 0, (flags & 2) != 0);
        state.HeardAt = state.Index + reader.ReadInteger();
        if (!state.IsOpen)
        {
            return state;
        }

        (state.Group, state.Count) = (reader.ReadName(), (long)reader.ReadCount());
        (state.Last, state.LastQuality) = (reader.ReadValue(), new Quality((uint)reader.ReadCount()));
        (state.LastTicks, state.Numbers) = (reader.ReadTicks(), (long)reader.ReadCount());
        if (state.Numbers != 0)
        {
            (state.Min, state.Max, state.Mean) = (reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble());
            (state.WeightedMean, state.Held) = (reader.ReadDouble(), reader.ReadDouble());
            (state.WeightTicks, state.HeldSince) = ((long)reader.ReadCount(), reader.ReadTicks());
        }

        if (state.Count < 1 || state.Numbers < 0 || state.Numbers > state.Count || state.WeightTicks < 0
            || !(state.Min <= state.Max))
        {
            reader.Refuse();
        }

        return state;
    }

    private void HoldUntil(long ticks)
    {
        var held = ticks - HeldSince;
        if (held > 0)
        {
            WeightTicks += held;
            WeightedMean = Blend(WeightedMean, Held, (double)held / WeightTicks);
        }
    }

    // Not mean + (number − mean) × share: the difference of two doubles may be more than a double holds.
    private static double Blend(double mean, double number, double share) =>
        mean + ((number * share) - (mean * share));
}
