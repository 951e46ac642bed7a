using System.Globalization;

namespace Meridian.EndToEnd.Tests.Flows;

/// <summary>
/// How often each sequence number from 0 has arrived. What is no number of the range is kept apart: nothing may be
/// invented. Any thread may call.
/// </summary>
internal sealed class SequenceTally(int expected)
{
    private readonly Lock _gate = new();
    private readonly ushort[] _copies = new ushort[expected];
    private readonly List<string> _strangers = [];
    private readonly List<(int Distinct, TaskCompletionSource Reached)> _waits = [];
    private int _distinct;
    private long _arrived;

    /// <summary>How many different numbers have arrived.</summary>
    public int Distinct
    {
        get
        {
            lock (_gate)
            {
                return _distinct;
            }
        }
    }

    /// <summary>How many copies beyond the first have arrived, of all numbers together.</summary>
    public long Repeats
    {
        get
        {
            lock (_gate)
            {
                return _arrived - _distinct;
            }
        }
    }

    /// <summary>What was no number of the range; the first few.</summary>
    public IReadOnlyList<string> Strangers
    {
        get
        {
            lock (_gate)
            {
                return [.. _strangers];
            }
        }
    }

    /// <summary>The copies of each number.</summary>
    public ushort[] Copies
    {
        get
        {
            lock (_gate)
            {
                return [.. _copies];
            }
        }
    }

    /// <summary>Counts one arrival.</summary>
    /// <param name="text">The number as text; an integer, or a double that is one.</param>
    public void Add(ReadOnlySpan<char> text)
    {
        lock (_gate)
        {
            if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                && number >= 0 && number < _copies.Length && double.IsInteger(number))
            {
                Count((int)number);
            }
            else if (_strangers.Count < 20)
            {
                _strangers.Add(text.ToString());
            }
        }
    }

    /// <summary>Waits until so many different numbers have arrived.</summary>
    /// <param name="distinct">How many.</param>
    /// <param name="within">How long at most.</param>
    /// <exception cref="TimeoutException">They did not; the message says what is missing.</exception>
    public async Task WaitUntilAsync(int distinct, TimeSpan within)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_distinct >= distinct)
            {
                return;
            }

            _waits.Add((distinct, reached));
        }

        try
        {
            await reached.Task.WaitAsync(within, TimeProvider.System);
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException(
                $"{Distinct} of {distinct} numbers arrived; missing: {DescribeMissing()}.", late);
        }
    }

    /// <summary>The missing numbers as ranges; the first few.</summary>
    public string DescribeMissing()
    {
        var copies = Copies;
        var ranges = new List<string>();
        for (var i = 0; i < copies.Length && ranges.Count < 12; i++)
        {
            var first = i;
            while (i < copies.Length && copies[i] == 0)
            {
                i++;
            }

            if (i > first)
            {
                ranges.Add(string.Create(CultureInfo.InvariantCulture, $"{first} to {i - 1}"));
            }
        }

        return ranges.Count == 0 ? "none" : string.Join(", ", ranges);
    }

    private void Count(int number)
    {
        _arrived++;
        if (_copies[number]++ > 0)
        {
            return;
        }

        _distinct++;
        for (var i = _waits.Count - 1; i >= 0; i--)
        {
            if (_waits[i].Distinct <= _distinct)
            {
                _waits[i].Reached.SetResult();
                _waits.RemoveAt(i);
            }
        }
    }
}
