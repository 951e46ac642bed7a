using System.Globalization;
using System.Runtime.InteropServices;
using Meridian.Benchmarks.Carriers;
using Meridian.Benchmarks.Instruments;

const string Help =
    """
    bench/run.sh gateway [--rates 5000,15000] [--seconds 30] [--only meridian|bridge]
        mosquitto -> Meridian -> mosquitto at QoS 1, beside mosquitto's own bridge; results go to bench/results/
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

    case ["gen", var port, var rate, var seconds, .. var more]:
        var sent = new LoadGenerator(new LoadSettings(Number(port), Number(rate), Number(rate) * Number(seconds))
        {
            Topics = more.Length > 0 ? Number(more[0]) : 100,
            First = more.Length > 1 ? Number(more[1]) : 0,
        }).Run(stop.Token);
        Console.WriteLine(sent);
        return sent.Acknowledged == sent.Sent ? 0 : 1;

    case ["count", var port, var filter, var expected]:
        var counter = new MessageCounter(Number(port), filter, Number(expected));
        var arrivals = counter.Run(Console.WriteLine, stop.Token);
        Console.WriteLine($"final {arrivals} missing={counter.DescribeMissing()}");
        return arrivals.Missing == 0 ? 0 : 1;

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
