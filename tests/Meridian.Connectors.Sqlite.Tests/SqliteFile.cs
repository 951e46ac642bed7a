using System.Diagnostics;
using System.Text.Json;
using Meridian.Fixtures;

namespace Meridian.Connectors.Sqlite.Tests;

/// <summary>A SQLite file that another program writes: python3 with its own sqlite3.</summary>
/// <remarks>A file is written by one call at a time, and is never moved in the midst of one.</remarks>
internal sealed class SqliteFile : IAsyncDisposable
{
    /// <summary>Answers each line, a script as JSON, with one: null, or the error.</summary>
    private const string WriterScript =
        """
        import json, sqlite3, sys
        for line in sys.stdin:
            try:
                c = sqlite3.connect(sys.argv[1])
                c.executescript(json.loads(line))
                c.commit()
                c.close()
                answer = None
            except Exception as error:
                answer = str(error)
            print(json.dumps(answer), flush=True)
        """;

    private const string LockScript =
        """
        import sqlite3, sys
        c = sqlite3.connect(sys.argv[1], isolation_level=None)
        c.execute('BEGIN EXCLUSIVE')
        print('locked', flush=True)
        sys.stdin.read()
        """;

    private readonly TempFolder _folder = new("meridian-sqlite-");
    private readonly SemaphoreSlim _turn = new(1);

    private Process? _writer;

    public string Path => _folder.At("plant.db");

    private string Aside => Path + ".aside";

    /// <summary>Runs SQL; creates the file where there is none.</summary>
    public async Task RunAsync(string sql)
    {
        await _turn.WaitAsync();
        try
        {
            await WriteAsync(sql);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Runs SQL, or nothing while the file is moved aside.</summary>
    public async Task RunWhereThereAsync(string sql)
    {
        await _turn.WaitAsync();
        try
        {
            if (File.Exists(Path))
            {
                await WriteAsync(sql);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Moves the file aside, as an update of the program that owns it does.</summary>
    public Task MoveAsideAsync() => MoveAsync(Path, Aside);

    /// <summary>Moves it back.</summary>
    public Task MoveBackAsync() => MoveAsync(Aside, Path);

    /// <summary>Locks the file until what is returned is disposed.</summary>
    public async Task<IAsyncDisposable> LockAsync()
    {
        var python = Start(LockScript);
        Assert.Equal("locked", await python.StandardOutput.ReadLineAsync());
        return new Python(python);
    }

    public async ValueTask DisposeAsync()
    {
        if (_writer is not null)
        {
            await new Python(_writer).DisposeAsync();
        }

        _turn.Dispose();
        _folder.Dispose();
    }

    private async Task WriteAsync(string sql)
    {
        _writer ??= Start(WriterScript);
        await _writer.StandardInput.WriteLineAsync(JsonSerializer.Serialize(sql));
        await _writer.StandardInput.FlushAsync();
        Assert.Equal("null", await _writer.StandardOutput.ReadLineAsync());
    }

    private async Task MoveAsync(string from, string to)
    {
        await _turn.WaitAsync();
        try
        {
            File.Move(from, to);
        }
        finally
        {
            _turn.Release();
        }
    }

    private Process Start(string script)
    {
        var start = new ProcessStartInfo(ServersInstalled.Require("python3", "python3"))
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(script);
        start.ArgumentList.Add(Path);
        return Process.Start(start) ?? throw new InvalidOperationException("python3 did not start.");
    }

    private sealed class Python(Process python) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            python.StandardInput.Close();
            await python.WaitForExitAsync();
            python.Dispose();
        }
    }
}
