using System.Diagnostics;

namespace Meridian.Fixtures;

/// <summary>
/// A program that a test runs beside itself: its lines are kept, it can be signalled, and it never outlives its owner,
/// not even one that is killed. Any thread may call.
/// </summary>
public sealed class ChildProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Action<string>? _onLine;
    private readonly int _keptLines;
    private readonly Lock _gate = new();
    private readonly Queue<string> _lines = new();
    private readonly List<(Func<string, bool> Matches, TaskCompletionSource<string> Found)> _waits = [];
    private readonly Task _ended;

    private ChildProcess(Process process, ChildProcessOptions options)
    {
        _process = process;
        _onLine = options.OnLine;
        _keptLines = options.KeptLines;
        process.OutputDataReceived += (_, e) => Take(e.Data);
        process.ErrorDataReceived += (_, e) => Take(e.Data);
        process.Start();
        Id = process.Id;
        Guardian.Watch(Id);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _ended = EndAsync();
    }

    /// <summary>Its process id.</summary>
    public int Id { get; }

    /// <summary>Whether it has ended and all its lines are read.</summary>
    public bool HasEnded => _ended.IsCompleted;

    /// <summary>The lines of both outputs that are still kept, oldest first.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_gate)
            {
                return [.. _lines];
            }
        }
    }

    /// <summary>The kept lines as one text, for the message of a failure.</summary>
    public string Log => string.Join('\n', Lines);

    /// <summary>Its standard input, when <see cref="ChildProcessOptions.HasInput"/> asked for it.</summary>
    public StreamWriter Input => _process.StandardInput;

    /// <summary>What it has used so far; ask while it lives.</summary>
    public ProcessFigures Figures => ProcessFigures.Of(Id);

    /// <summary>Starts a program.</summary>
    /// <param name="program">The program, by path or found on PATH.</param>
    /// <param name="arguments">Its arguments, each as one word.</param>
    /// <param name="options">How; null means the defaults.</param>
    public static ChildProcess Start(
        string program, IEnumerable<string> arguments, ChildProcessOptions? options = null)
    {
        options ??= new ChildProcessOptions();
        var isRoot = options.IsBoundByRights && Environment.IsPrivilegedProcess;
        var start = new ProcessStartInfo(
            isRoot ? ServersInstalled.Require("setpriv", "util-linux") : program,
            isRoot ? ["--bounding-set=-dac_override,-dac_read_search", "--", program, .. arguments] : arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = options.HasInput,
            UseShellExecute = false,
            WorkingDirectory = options.WorkingFolder ?? string.Empty,
        };
        foreach (var (name, value) in options.Environment)
        {
            start.Environment[name] = value;
        }

        return new ChildProcess(new Process { StartInfo = start }, options);
    }

    /// <summary>Runs a program to its end and demands exit code 0.</summary>
    /// <param name="program">The program, by path or found on PATH.</param>
    /// <param name="arguments">Its arguments, each as one word.</param>
    /// <param name="options">How; null means the defaults.</param>
    /// <param name="within">How long at most; null means two minutes.</param>
    /// <returns>Its lines.</returns>
    /// <exception cref="InvalidOperationException">It ended with another code; the message holds its lines.</exception>
    public static async Task<IReadOnlyList<string>> RunAsync(
        string program,
        IEnumerable<string> arguments,
        ChildProcessOptions? options = null,
        TimeSpan? within = null)
    {
        await using var child = Start(program, arguments, options);
        var code = await child.WaitForExitAsync(within ?? TimeSpan.FromMinutes(2));
        return code == 0
            ? child.Lines
            : throw new InvalidOperationException($"{program} ended with {code}:\n{child.Log}");
    }

    /// <summary>Waits for a line, among those kept and those to come.</summary>
    /// <param name="matches">Whether a line is the one.</param>
    /// <param name="what">What is waited for, in words, for the message of a failure.</param>
    /// <param name="within">How long at most; null means <see cref="Deadline.Default"/>.</param>
    /// <exception cref="TimeoutException">It did not come in time.</exception>
    /// <exception cref="InvalidOperationException">The program ended before it came.</exception>
    public async Task<string> WaitForLineAsync(Func<string, bool> matches, string what, TimeSpan? within = null)
    {
        var found = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_lines.FirstOrDefault(matches) is { } line)
            {
                return line;
            }

            _waits.Add((matches, found));
        }

        try
        {
            await Task.WhenAny(found.Task, _ended).WaitAsync(within ?? Deadline.Default, TimeProvider.System);
            return found.Task.IsCompleted
                ? await found.Task
                : throw new InvalidOperationException($"The program ended before: {what}.\n{Log}");
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException($"The program never said: {what}.\n{Log}", late);
        }
    }

    /// <summary>Sends a signal; nothing happens when it has ended.</summary>
    /// <param name="signal">The signal.</param>
    public void Send(Signal signal)
    {
        if (!_process.HasExited)
        {
            Signals.Send(Id, signal);
        }
    }

    /// <summary>Waits until it has ended and all its lines are read.</summary>
    /// <param name="within">How long at most; null means <see cref="Deadline.Default"/>.</param>
    /// <returns>The exit code; 128 plus the signal's number when a signal ended it.</returns>
    /// <exception cref="TimeoutException">It still runs; the message holds its lines.</exception>
    public async Task<int> WaitForExitAsync(TimeSpan? within = null)
    {
        try
        {
            await _ended.WaitAsync(within ?? Deadline.Default, TimeProvider.System);
            return _process.ExitCode;
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException($"Process {Id} does not end.\n{Log}", late);
        }
    }

    /// <summary>Kills it if it still runs.</summary>
    public async ValueTask DisposeAsync()
    {
        Send(Signal.Kill);
        await _ended;
        _process.Dispose();
    }

    private async Task EndAsync()
    {
        await _process.WaitForExitAsync();
        Guardian.Forget(Id);
    }

    private void Take(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_gate)
        {
            _lines.Enqueue(line);
            if (_lines.Count > _keptLines)
            {
                _lines.Dequeue();
            }

            for (var i = _waits.Count - 1; i >= 0; i--)
            {
                if (_waits[i].Matches(line))
                {
                    _waits[i].Found.SetResult(line);
                    _waits.RemoveAt(i);
                }
            }
        }

        _onLine?.Invoke(line);
    }
}

/// <summary>How a <see cref="ChildProcess"/> runs.</summary>
public sealed record ChildProcessOptions
{
    /// <summary>Whether its standard input is written by the test; otherwise it has the test's own.</summary>
    public bool HasInput { get; init; }

    /// <summary>How many of its last lines are kept.</summary>
    /// <value>2,000.</value>
    public int KeptLines { get; init; } = 2_000;

    /// <summary>Hears every line, in order per output; called on a pool thread, must be quick.</summary>
    public Action<string>? OnLine { get; init; }

    /// <summary>The folder it starts in; null means the test's own.</summary>
    public string? WorkingFolder { get; init; }

    /// <summary>
    /// Whether the rights of files bind it also where the tests run as root, whom they do not bind otherwise.
    /// </summary>
    public bool IsBoundByRights { get; init; }

    /// <summary>Variables added to the test's own environment.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } =
        new Dictionary<string, string>(StringComparer.Ordinal);
}
