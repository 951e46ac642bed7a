using System.Globalization;

namespace Meridian.Fixtures;

/// <summary>The process of a Modbus server that takes values on its standard input.</summary>
internal sealed class ModbusServerProcess(string name, int port, Func<ChildProcess> start) : IAsyncDisposable
{
    private readonly ServerProcess _process = new(name, port, start);
    private int _number;

    public string Log => _process.Log;

    public Task RestartAsync() => _process.RestartAsync();

    public Task StopAsync() => _process.EndAsync(Signal.Terminate);

    public Task SetAsync(string table, int unit, int address, int[] values) =>
        AskAsync(string.Create(
            CultureInfo.InvariantCulture, $"set {table} {unit} {address} {string.Join(' ', values)}"));

    public async Task<IReadOnlyList<int>> GetAsync(string table, int unit, int address, int count)
    {
        var answer = await AskAsync(string.Create(
            CultureInfo.InvariantCulture, $"get {table} {unit} {address} {count}"));
        return [.. answer.Split(' ').Skip(1).Select(static word => int.Parse(word, CultureInfo.InvariantCulture))];
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

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
