using Meridian.Fixtures;

namespace Meridian.EndToEnd.Tests.Flows;

/// <summary>
/// The whole way with real servers: a source broker, the gateway in a process of its own, a destination broker whose
/// messages are counted, PostgreSQL and a folder of CSV files. One caller at a time.
/// </summary>
internal sealed class Flow : IAsyncDisposable
{
    private static readonly TimeSpan StopTime = TimeSpan.FromMinutes(3);

    private readonly TempFolder _folder = new("meridian-flow-");
    private readonly FlowOptions _options;
    private ChildProcess? _watcher;
    private GatewayProcess? _gateway;

    private Flow(FlowOptions options)
    {
        _options = options;
        Tree = new SequenceTally(options.Expected);
    }

    /// <summary>Where the plant publishes.</summary>
    public MosquittoServer Source { get; private set; } = null!; // Set by StartAsync before anyone sees the flow.

    /// <summary>Where the MQTT North publishes.</summary>
    public MosquittoServer Destination { get; private set; } = null!; // As above.

    /// <summary>Where the PostgreSQL North stores.</summary>
    public PostgresServer Postgres { get; private set; } = null!; // As above.

    /// <summary>The database of this flow alone.</summary>
    public string Database { get; private set; } = string.Empty;

    /// <summary>The numbers that reached the destination broker's subscriber.</summary>
    public SequenceTally Tree { get; }

    /// <summary>What the source broker sent, and sent again, by its own log.</summary>
    public InFlightLog InFlight { get; } = new();

    /// <summary>The gateway's data folder.</summary>
    public string DataFolder => _folder.At("data");

    /// <summary>The files North's folder.</summary>
    public string CsvFolder => _folder.At("csv");

    /// <summary>The configuration file.</summary>
    public string ConfigurationFile => _folder.At("meridian.json");

    /// <summary>The running gateway, or the last that ran.</summary>
    public GatewayProcess Gateway => _gateway ?? throw new InvalidOperationException("The gateway was not started.");

    /// <summary>Starts the servers and writes the configuration; the gateway is not started.</summary>
    public static async Task<Flow> StartAsync(FlowOptions options)
    {
        var flow = new Flow(options);
        try
        {
            await flow.StartServersAsync();
            return flow;
        }
        catch
        {
            await flow.DisposeAsync();
            throw;
        }
    }

    /// <summary>Writes the configuration anew.</summary>
    /// <param name="items">The items, as JSON; null means those that read sequence numbers.</param>
    /// <param name="norths">The Norths, as JSON; null means all three.</param>
    /// <param name="journal">The journal's section, as JSON.</param>
    public void Configure(string? items = null, IEnumerable<string>? norths = null, string journal = "{}") =>
        File.WriteAllText(
            ConfigurationFile,
            FlowConfiguration.Write(
                Source.Port,
                items ?? FlowConfiguration.NumberItems,
                norths ?? [PostgresNorth(), FlowConfiguration.TreeNorth(Destination.Port), FilesNorth()],
                journal));

    /// <summary>The PostgreSQL North of this flow, as JSON.</summary>
    public string PostgresNorth() =>
        FlowConfiguration.PostgresNorth(Postgres.Port, Database, PostgresServer.UserName);

    /// <summary>The files North of this flow, as JSON.</summary>
    public string FilesNorth() => FlowConfiguration.FilesNorth(CsvFolder);

    /// <summary>Starts the gateway and waits until it runs and is subscribed.</summary>
    public async Task StartGatewayAsync(string subscribedTo = "plant/documents/#")
    {
        await RestartGatewayAsync();
        await Source.WaitUntilSubscribedAsync(FlowConfiguration.SouthClientId, subscribedTo);
    }

    /// <summary>Starts the gateway and waits until it says that it runs.</summary>
    public async Task RestartGatewayAsync()
    {
        if (_gateway is not null)
        {
            await _gateway.DisposeAsync();
        }

        _gateway = NewGateway();
        await _gateway.WaitUntilReadyAsync();
    }

    /// <summary>A gateway process on this flow's configuration and data; the caller owns it.</summary>
    public GatewayProcess NewGateway() => GatewayProcess.Run(
        ConfigurationFile,
        DataFolder,
        options: new ChildProcessOptions
        {
            Environment = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["MERIDIAN_TEST_PASSWORD"] = PostgresServer.Password,
            },
        });

    /// <summary>Stops the gateway in order, demands exit code 0 and a balanced account.</summary>
    public async Task<AccountLine> StopGatewayAsync()
    {
        var code = await Gateway.StopAsync(StopTime);
        Assert.True(code == 0, $"The gateway ended with {code}:\n{Gateway.Process.Log}");
        var account = AccountLine.OfLast(Gateway.Process.Lines);
        Assert.True(account.IsBalanced, $"{account} does not balance.");
        return account;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await (_gateway?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (_watcher?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (Source?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (Destination?.DisposeAsync() ?? ValueTask.CompletedTask);
        if (_options.HasOwnPostgres)
        {
            await (Postgres?.DisposeAsync() ?? ValueTask.CompletedTask);
        }

        _folder.Dispose();
    }

    private async Task StartServersAsync()
    {
        Source = await MosquittoServer.StartAsync(new MosquittoServerOptions
        {
            MaxInflightMessages = _options.SourceWindow,
            OnLine = InFlight.OnLine,
            ExtraText = _options.CountsDuplicates ? "log_type debug" : string.Empty,
        });
        Destination = await MosquittoServer.StartAsync(new MosquittoServerOptions { IsPersistent = true });
        Postgres = _options.HasOwnPostgres ? await PostgresServer.StartAsync() : await PostgresServer.SharedAsync();
        Database = await Postgres.CreateDatabaseAsync();
        Configure();

        // A persistent session, so that nothing is missed when the destination is restarted.
        _watcher = MosquittoClients.Subscribe(
            Destination.Port, "out/#", "watcher", moreArguments: ["-c"], onLine: line => Tree.Add(line));
        await Destination.WaitUntilSubscribedAsync("watcher", "out/#");
    }
}

/// <summary>How a <see cref="Flow"/> is set up.</summary>
/// <param name="Expected">How many sequence numbers there will be.</param>
internal sealed record FlowOptions(int Expected)
{
    /// <summary>Whether PostgreSQL is this flow's alone, because it will be stopped.</summary>
    public bool HasOwnPostgres { get; init; }

    /// <summary>Whether the source broker logs every packet, so that what it sends again is counted.</summary>
    public bool CountsDuplicates { get; init; }

    /// <summary>How many messages the source broker may have under way to the gateway.</summary>
    /// <value>1,000.</value>
    public int SourceWindow { get; init; } = 1_000;
}
