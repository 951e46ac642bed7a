using System.Globalization;
using System.Runtime.InteropServices;
using Meridian.Benchmarks.Carriers;
using Meridian.Benchmarks.Clients;
using Meridian.Benchmarks.Clients.Contestants;
using Meridian.Benchmarks.Clients.Peer;
using Meridian.Benchmarks.Engine;
using Meridian.Benchmarks.Fleet;
using Meridian.Benchmarks.Instruments;
using Meridian.Benchmarks.Journal;
using Meridian.Benchmarks.Modbus;
using Meridian.Benchmarks.Parquet;
using Meridian.Benchmarks.Postgres;
using Meridian.Connectors.Modbus.Values;

const string Help =
    """
    bench/run.sh gateway [--rates 5000,15000] [--seconds 30] [--only meridian|bridge|wire]
        mosquitto -> Meridian -> mosquitto at QoS 1, beside mosquitto's own bridge, then Meridian between peers that do
        only wire work; results go to bench/results/
    bench/run.sh clients [--only publish-qos1 ...] [--clients meridian ...] [--seconds 5] [--rounds 5] [--warm-up 3]
                         [--window 1000] [--version 3.1.1|5] [--idle-seconds 30]
        our client beside libmosquitto and MQTT.js against a peer that does only wire work; results go to bench/results/
        works: publish-qos0 publish-qos1 publish-qos2 receive-qos0 receive-qos1 awaited-qos1 idle-1000
        clients: raw meridian libmosquitto libmosquitto-poll mqttjs
    bench/run.sh journal [--seconds 5] [--backlog-mb 1024] [--folder DIR] [--only "64 writers"]
        the journal beside SQLite and a bare file on the same disk; results go to bench/results/
    bench/run.sh engine [--seconds 20] [--changes 20] [--only "100,000/s"]
        the engine between a source and a destination that cost nothing: processor, memory, delay, the most that goes
        through, and how long a change of one item among 50,000 takes; results go to bench/results/
    bench/run.sh modbus [--seconds 10] [--only "8 on their way"]
        the Modbus South reading 10,000 items from a device in another process; results go to bench/results/
    bench/run.sh fleet [--count 1000000] [--only InfluxDB]
        each connector in the gateway: processor time for a million readings, memory; results go to bench/results/
    bench/run.sh parquet [--seconds 5] [--large-millions 100] [--only "plant mix"]
        readings written as Parquet files on one thread, beside DuckDB's own files of the same rows, and what a large
        file takes of memory; results go to bench/results/
    bench/run.sh postgres [--seconds 10] [--rounds 3] [--only tall]
        the PostgreSQL North beside the driver's own binary COPY of the same rows; results go to bench/results/
        writers: tall per-type tall-update
    bench/run.sh gen PORT RATE SECONDS [TOPICS] [FIRST]
        publishes 100-byte messages at QoS 1 at a set rate and waits for every acknowledgement
    bench/run.sh count PORT FILTER EXPECTED
        subscribes at QoS 1 and counts distinct, repeated and missing numbers and latencies, until all or Ctrl+C
    """;

using var stop = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

switch (args)
{
    case ["gateway", .. var rest]:
        return await GatewayBenchmark.RunAsync(GatewayBenchmarkOptions.Parse(rest), stop.Token);

    case ["clients", .. var rest]:
        try
        {
            return await ClientsBenchmark.RunAsync(ClientsBenchmarkOptions.Parse(rest), stop.Token);
        }
        catch (ArgumentException wrong)
        {
            await Console.Error.WriteLineAsync(wrong.Message);
            return 2;
        }

    case ["journal", .. var rest]:
        await JournalBenchmark.RunAsync(JournalBenchmarkOptions.Parse(rest), stop.Token);
        return 0;

    // The start that the journal benchmark measures, in a process of its own.
    case ["journal-open", var folder]:
        Console.WriteLine(await OpenTrial.RunHereAsync(folder));
        return 0;

    case ["engine", .. var rest]:
        await EngineBenchmark.RunAsync(EngineBenchmarkOptions.Parse(rest), stop.Token);
        return 0;

    // One flow of the engine benchmark, in a process of its own.
    case ["engine-flow", var souths, var perSecond, var seconds]:
        Console.WriteLine(await FlowTrial.RunHereAsync(Number(souths), Number(perSecond), Number(seconds)));
        return 0;

    case ["fleet", .. var rest]:
        await FleetBenchmark.RunAsync(FleetBenchmarkOptions.Parse(rest), stop.Token);
        return 0;

    case ["modbus", .. var rest]:
        await ModbusBenchmark.RunAsync(ModbusBenchmarkOptions.Parse(rest), stop.Token);
        return 0;

    // The two processes of the Modbus benchmark, which starts this program again for them.
    case ["modbus-device"]:
        ModbusSimulator.Run();
        return 0;

    case ["modbus-read", var port, var type, var pipelining, var seconds]:
        Console.WriteLine(await ModbusTrial.RunHereAsync(
            Number(port), Enum.Parse<ModbusType>(type), Number(pipelining), Number(seconds)));
        return 0;

    // The other processes of the clients benchmark, which starts this program again for them.
    case ["peer"]:
        WirePeer.Run(stop.Token);
        return 0;

    case ["quiet-peer"]:
        await QuietPeer.RunAsync(stop.Token);
        return 0;

    case ["client", AllContestants.Raw, .. var words]:
        Console.WriteLine(await RawClient.RunAsync(TrialSettings.Parse(words)));
        return 0;

    case ["client", AllContestants.Meridian, .. var words]:
        Console.WriteLine(await new MeridianClient(TrialSettings.Parse(words), isStream: false).RunAsync());
        return 0;
    case ["client", AllContestants.MeridianStream, .. var words]:
        Console.WriteLine(await new MeridianClient(TrialSettings.Parse(words), isStream: true).RunAsync());
        return 0;

    case ["parquet", .. var rest]:
        await ParquetBenchmark.RunAsync(ParquetBenchmarkOptions.Parse(rest), stop.Token);
        return 0;

    case ["postgres", .. var rest]:
        await PostgresBenchmark.RunAsync(PostgresBenchmarkOptions.Parse(rest), stop.Token);
        return 0;

    // One writer of the PostgreSQL benchmark, in a process of its own.
    case ["postgres-write", var name, var port, var database, var seconds]:
        Console.WriteLine(await PostgresTrial.RunHereAsync(name, Number(port), database, Number(seconds)));
        return 0;

    case ["gen", var port, var rate, var seconds, .. var more]:
        using (var broker = MqttSocket.Connect(Number(port), "generator"))
        {
            var sent = new LoadGenerator(broker, new LoadSettings(Number(rate), Number(rate) * Number(seconds))
            {
                Topics = more.Length > 0 ? Number(more[0]) : 100,
                First = more.Length > 1 ? Number(more[1]) : 0,
            }).Run(stop.Token);
            Console.WriteLine(sent);
            return sent.Acknowledged == sent.Sent ? 0 : 1;
        }

    case ["count", var port, var filter, var expected]:
        using (var broker = MqttSocket.Subscribe(MqttSocket.Connect(Number(port), "counter"), filter))
        {
            var counter = new MessageCounter(broker, Number(expected));
            var arrivals = counter.Run(Console.WriteLine, stop.Token);
            Console.WriteLine($"final {arrivals} missing={counter.DescribeMissing()}");
            return arrivals.Missing == 0 ? 0 : 1;
        }

    default:
        Console.WriteLine(Help);
        return args is ["--help"] or ["-h"] ? 0 : 2;
}

void Stop(PosixSignalContext context)
{
    context.Cancel = true;
    stop.Cancel();
}

static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
