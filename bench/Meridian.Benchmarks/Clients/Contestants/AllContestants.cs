using Meridian.Fixtures;

namespace Meridian.Benchmarks.Clients.Contestants;

/// <summary>All clients that can be measured.</summary>
internal static class AllContestants
{
    /// <summary>What the loopback allows.</summary>
    public const string Raw = "raw";

    /// <summary>Ours.</summary>
    public const string Meridian = "meridian";

    /// <summary>Ours, receiving by the stream of a subscription.</summary>
    public const string MeridianStream = "meridian-stream";

    /// <summary>The C library with its own thread.</summary>
    public const string LibmosquittoThread = "libmosquitto";

    /// <summary>The C library in one thread.</summary>
    public const string LibmosquittoPoll = "libmosquitto-poll";

    /// <summary>The client of the Node world.</summary>
    public const string MqttJs = "mqttjs";

    // The library's default for the messages that may be in flight; more only makes each acknowledgement dearer there.
    private const int LibmosquittoWindow = 20;

    private static string CFolder => Path.Combine(RepositoryRoot.Path, "artifacts", "bench");

    private static string SourceFolder => Path.Combine(
        RepositoryRoot.Path, "bench", "Meridian.Benchmarks", "Clients", "Contestants");

    private static string NodeFolder => Path.Combine(RepositoryRoot.Path, "tests", "Meridian.Fixtures", "node");

    /// <summary>All of them, also those that cannot run here.</summary>
    public static IReadOnlyList<Contestant> All() =>
    [
        Own(Raw) with { Does = static work => work.Kind != ClientWorkKind.Idle, IsCounted = false },
        Own(Meridian),
        Own(MeridianStream) with { Does = static work => work.Kind == ClientWorkKind.Receive },
        Libmosquitto(LibmosquittoThread, "thread") with
        {
            // A thread for each of a thousand connections is no use that anybody makes of it.
            Does = static work => work.Kind != ClientWorkKind.Idle,
            Window = LibmosquittoWindow,
        },
        Libmosquitto(LibmosquittoPoll, "poll"),
        Node(),
    ];

    /// <summary>This program again, with other words.</summary>
    public static (string Program, string[] Arguments) Self(params string[] words)
    {
        // The path is only unknown to programs that another process hosts.
        var program = Environment.ProcessPath ?? throw new InvalidOperationException("The program's path is unknown.");
        var isHost = Path.GetFileNameWithoutExtension(program).Equals("dotnet", StringComparison.Ordinal);
        return (program, isHost ? [typeof(AllContestants).Assembly.Location, .. words] : words);
    }

    private static Contestant Own(string name)
    {
        var (program, arguments) = Self("client", name);
        return new Contestant(name, program, arguments);
    }

    private static Contestant Libmosquitto(string name, string form)
    {
        var program = Path.Combine(CFolder, "libmosquitto");
        return new Contestant(name, program, [form])
        {
            Missing = File.Exists(program) ? null : "not compiled; apt-get install gcc libc6-dev libmosquitto-dev",
        };
    }

    private static Contestant Node()
    {
        var installed = File.Exists(Path.Combine(NodeFolder, "node_modules", "mqtt", "package.json"));
        return new Contestant(MqttJs, "node", [Path.Combine(SourceFolder, "mqttjs.mjs"), NodeFolder])
        {
            Missing = installed ? null : "not installed; run npm ci in tests/Meridian.Fixtures/node",
        };
    }
}
