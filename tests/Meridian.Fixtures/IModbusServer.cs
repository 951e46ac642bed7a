namespace Meridian.Fixtures;

/// <summary>
/// A real Modbus server. Units 1 to 3 have addresses 0 to 999 of each kind, without 500 to 509. One caller at a time.
/// </summary>
public interface IModbusServer : IAsyncDisposable
{
    /// <summary>The port it listens on, the same after each restart.</summary>
    int Port { get; }

    /// <summary>What it wrote, for the message of a failure.</summary>
    string Log { get; }

    /// <summary>Sets coils or registers.</summary>
    /// <param name="table">co, di, hr or ir.</param>
    /// <param name="unit">The unit.</param>
    /// <param name="address">The first.</param>
    /// <param name="values">The values; 0 or 1 for bits.</param>
    Task SetAsync(string table, int unit, int address, params int[] values);

    /// <summary>Gets coils or registers.</summary>
    /// <param name="table">co, di, hr or ir.</param>
    /// <param name="unit">The unit.</param>
    /// <param name="address">The first.</param>
    /// <param name="count">How many.</param>
    Task<IReadOnlyList<int>> GetAsync(string table, int unit, int address, int count);

    /// <summary>Ends it; its values are lost.</summary>
    Task StopAsync();

    /// <summary>Starts it again, with all values 0.</summary>
    Task RestartAsync();
}
