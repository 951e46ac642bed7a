namespace Meridian.Testing.Simulation;

/// <summary>What a simulated connector is called for, so that a script can say what happens.</summary>
public enum SimulatedCall
{
    /// <summary>Start.</summary>
    Start,

    /// <summary>Connect.</summary>
    Connect,

    /// <summary>Disconnect.</summary>
    Disconnect,

    /// <summary>Stop.</summary>
    Stop,

    /// <summary>A test of the connection.</summary>
    TestConnection,

    /// <summary>Subscribe to items.</summary>
    Subscribe,

    /// <summary>End the subscription of items.</summary>
    Unsubscribe,

    /// <summary>The values of now.</summary>
    QueryLastPoint,

    /// <summary>A window of the past; once for each page.</summary>
    QueryHistory,

    /// <summary>The list of files.</summary>
    QueryFile,

    /// <summary>A setpoint.</summary>
    WriteSetpoint,

    /// <summary>A batch of readings.</summary>
    HandleValues,

    /// <summary>A file to deliver.</summary>
    HandleFile,

    /// <summary>The positions that a destination keeps.</summary>
    ReadPositions,

    /// <summary>What comes after a position of a source; once for each page.</summary>
    QueryNext,
}
