using System.Globalization;

namespace Meridian.Fixtures;

/// <summary>
/// A real Modbus server that takes values on its standard input. Units 1 to 3 have addresses 0 to 999 of each kind,
/// without 500 to 509. One caller at a time.
/// </summary>
public abstract class ModbusServer : IAsyncDisposable
{
    private readonly ServerProcess _process;
    private int _number;

    private protected ModbusServer(string name) => _process = new ServerProcess(name, Port, Start);

    /// <summary>The port it listens on, the same after each restart.</summary>
    public int Port { get; } = FreePort.Next();

    /// <summary>What it wrote, for the message of a failure.</summary>
    public string Log => _process.Log;

    /// <summary>Sets coils or registers.</summary>
    /// <param name="table">co, di, hr or ir.</param>
    /// <param name="unit">The unit.</param>
    /// <param name="address">The first.</param>
    /// <param name="values">The values; 0 or 1 for bits.</param>
    public Task SetAsync(string table, int unit, int address, params int[] values) =>
        AskAsync(string.Create(
            CultureInfo.InvariantCulture, $"set {table} {unit} {address} {string.Join(' ', values)}"));

    /// <summary>Gets coils or registers.</summary>
    /// <param name="table">co, di, hr or ir.</param>
    /// <param name="unit">The unit.</param>
    /// <param name="address">The first.</param>
    /// <param name="count">How many.</param>
    public async Task<IReadOnlyList<int>> GetAsync(string table, int unit, int address, int count)
    {
        var answer = await AskAsync(string.Create(
            CultureInfo.InvariantCulture, $"get {table} {unit} {address} {count}"));
        return [.. answer.Split(' ').Skip(1).Select(static word => int.Parse(word, CultureInfo.InvariantCulture))];
    }

    /// <summary>Ends it; its values are lost.</summary>
    public Task StopAsync() => _process.EndAsync(Signal.Terminate);

    /// <summary>Starts it again, with all values 0.</summary>
    public Task RestartAsync() => _process.RestartAsync();

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return _process.DisposeAsync();
    }

    /// <summary>Starts it for the first time and waits until it takes connections.</summary>
    private protected static async Task<T> StartAsync<T>(T server)
        where T : ModbusServer
    {
        try
        {
            await server.RestartAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    private protected abstract ChildProcess Start();

    private async Task<string> AskAsync(string words)
    {
        var mark = string.Create(CultureInfo.InvariantCulture, $"{++_number} ");
        var running = _process.Running;
        await running.Input.WriteLineAsync(mark + words);
        await running.Input.FlushAsync();
        return await running.WaitForLineAsync(
            line => line.StartsWith(mark, StringComparison.Ordinal), $"the answer to {words}");
    }
}
