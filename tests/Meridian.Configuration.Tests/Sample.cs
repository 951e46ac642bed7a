using System.ComponentModel.DataAnnotations;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json.Serialization;
using Meridian.Configuration.References;
using Meridian.Configuration.Schema;
using Meridian.Configuration.Secrets;
using Meridian.Configuration.Tests.Schema;
using Meridian.Sdk;
using Meridian.Sdk.Intakes;
using Meridian.Sdk.North;
using Meridian.Sdk.Settings;
using Meridian.Sdk.South;

namespace Meridian.Configuration.Tests;

/// <summary>A South that uses every kind of setting, a North, and ways to read files with them.</summary>
internal static class Sample
{
    public static SouthManifest South { get; } = new()
    {
        Id = "probe",
        Name = "Probe",
        Description = "Probes.",
        Category = ConnectorCategory.Machine,
        ConnectorType = typeof(ProbeSouth),
        SettingsType = typeof(ProbeSettings),
        ItemSettingsType = typeof(ProbeItemSettings),
        Create = (_, _) => throw new NotSupportedException(),
        Check = (settings, items) => items
            .Select((item, index) => (Settings: (ProbeItemSettings)item.Settings, Index: index))
            .Where(item => string.Equals(item.Settings.Topic, ((ProbeSettings)settings).Host, StringComparison.Ordinal))
            .Select(item => new SettingsProblem($"items[{item.Index}].topic", "The topic is the host.")),
    };

    public static NorthManifest North { get; } = new()
    {
        Id = "sink",
        Name = "Sink",
        Description = "Sinks.",
        Category = ConnectorCategory.Tool,
        ConnectorType = typeof(SinkNorth),
        SettingsType = typeof(SinkSettings),
        Guarantee = DeliveryGuarantee.None,
        Create = (_, _) => throw new NotSupportedException(),
        Check = settings => ((SinkSettings)settings).Folder is "broken"
            ? throw new InvalidOperationException("Broken.")
            : [],
    };

    public static ConnectorCatalog Catalog { get; } = new([South], [North]);

    private static readonly SchemaValidator Schema = new(JsonSchemaWriter.WriteFile(Catalog).Text);

    /// <summary>Reads a file, and has the schema's say on it as well.</summary>
    public static ConfigurationResult Read(string json, IConfigurationEnvironment? environment = null)
    {
        var utf8 = Encoding.UTF8.GetBytes(json);
        var result = ConfigurationReader.Read(utf8, Catalog, environment ?? new FakeEnvironment());
        SchemaAgreement.Check(json, result, Schema);
        return result;
    }

    /// <summary>Reads a file with one South of these settings and items.</summary>
    public static ConfigurationResult ReadSouth(
        string settings, string items = "", IConfigurationEnvironment? environment = null) =>
        Read(
            $$"""
            { "souths": [ { "name": "a", "type": "probe", "settings": { {{settings}} }, "items": [ {{items}} ] } ] }
            """,
            environment);

    /// <summary>The settings of the only South, which must be good.</summary>
    public static ProbeSettings BindSouth(string settings, IConfigurationEnvironment? environment = null)
    {
        var result = ReadSouth(settings, environment: environment);
        Assert.Empty(result.Problems);
        return (ProbeSettings)Assert.Single(result.Config!.Souths).Settings;
    }

    /// <summary>The only problem of these settings of a South.</summary>
    public static ConfigurationProblem OnlyProblem(string settings) =>
        Assert.Single(ReadSouth(settings).Problems);
}

internal sealed class FakeEnvironment : IConfigurationEnvironment
{
    public Dictionary<string, string> Variables { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, string> Files { get; } = new(StringComparer.Ordinal);

    public SecretKeys? Keys { get; init; }

    public string? FindVariable(string name) => Variables.GetValueOrDefault(name);

    public string ReadFile(string path) =>
        Files.TryGetValue(path, out var text) ? text : throw new FileNotFoundException("No such file.");

    public bool TryDecrypt(
        string text, [NotNullWhen(true)] out string? secret, [NotNullWhen(false)] out string? problem)
    {
        if (Keys is not null)
        {
            return Keys.TryDecrypt(text, out secret, out problem);
        }

        (secret, problem) = (null, "There is no key.");
        return false;
    }
}

internal enum ProbeFormat
{
    Text,
    Json,
    [JsonStringEnumMemberName("3.1.1")]
    Version311,
    PlainNumber,
}

internal enum ProbeAuth
{
    /// <summary>Nobody asks.</summary>
    None,

    /// <summary>Name and password.</summary>
    Basic,
    Token,
}

internal sealed record PayloadSettings
{
    public ProbeFormat Format { get; init; } = ProbeFormat.Text;

    public string? Value { get; init; }
}

internal sealed record ProbeItemSettings
{
    public required string Topic { get; init; }

    public PayloadSettings Payload { get; init; } = new();

    [AllowedValues(0, 1, 2)]
    public int Qos { get; init; } = 1;
}

internal sealed record ProbeSettings
{
    public string Host { get; init; } = "localhost";

    [Range(1, 65535)]
    [Unit("port")]
    public int Port { get; init; } = 1883;

    public ushort Small { get; init; }

    public long? Large { get; init; }

    public double Ratio { get; init; } = 0.5;

    [Range(0, 1, MaximumIsExclusive = true)]
    public double Share { get; init; }

    public decimal Price { get; init; }

    public bool Clean { get; init; }

    public char Separator { get; init; } = ',';

    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    [Range(typeof(TimeSpan), "100 ms", "1 h")]
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(30);

    [Range(typeof(ByteSize), "1 kB", "1 GiB")]
    public ByteSize Buffer { get; init; } = new(4096);

    public Uri? Server { get; init; }

    public FreeJson? Free { get; init; }

    public Guid? Id { get; init; }

    public DateTimeOffset? Since { get; init; }

    [MinLength(3)]
    public Secret? Password { get; init; }

    [MinLength(2)]
    [MaxLength(4)]
    public string User { get; init; } = "me";

    [RegularExpression("[a-z]+", ErrorMessage = "it must be lower-case letters")]
    public string Word { get; init; } = "a";

    [RegularExpression("[a-z]+")]
    public string Plain { get; init; } = "a";

    [DeniedValues("root")]
    public string Role { get; init; } = "guest";

    [EmailAddress]
    public string? Mail { get; init; }

    [Length(1, 2)]
    public IReadOnlyList<string> Brokers { get; init; } = ["one"];

    public int[] Numbers { get; init; } = [];

    public List<PayloadSettings> Payloads { get; init; } = [];

    public IReadOnlyDictionary<string, int> Weights { get; init; } =
        new Dictionary<string, int>(StringComparer.Ordinal);

    public PayloadSettings Payload { get; init; } = new();

    /// <summary>How it shows who it is.</summary>
    [Group("Security")]
    public ProbeAuth Auth { get; init; } = ProbeAuth.None;

    [Group("Security")]
    [VisibleWhen(nameof(Auth), ProbeAuth.Basic, ProbeAuth.Token, IsRequired = true)]
    public Secret? Key { get; init; }

    [VisibleWhen(nameof(Auth), ProbeAuth.None)]
    public string? Alias { get; init; }

    [VisibleWhen(nameof(Auth), ProbeAuth.Token)]
    public bool Renews { get; init; } = true;

    [VisibleWhen(nameof(Renews), true)]
    public TimeSpan RenewTime { get; init; } = TimeSpan.FromHours(1);

    [VisibleWhen(nameof(Small), 1, 2)]
    public int? Tiny { get; init; }

    [VisibleWhen(nameof(Host), "special", IsRequired = true)]
    [Title("VIP")]
    public string? Vip { get; init; }

    public int Even
    {
        get;
        init => field = value % 2 == 0 ? value : throw new ArgumentException("'even' must be even.", nameof(value));
    }
}

internal sealed record SinkSettings
{
    public required string Folder { get; init; }
}

/// <summary>Only its interfaces count here.</summary>
internal abstract class ProbeSouth : IQueriesSubscription, IQueriesLastPoint
{
    public abstract Task<IReadOnlyList<Diagnostic>> TestConnectionAsync(CancellationToken cancellationToken);

    public abstract Task SubscribeAsync(IReadOnlyList<Item> items, CancellationToken cancellationToken);

    public abstract Task UnsubscribeAsync(IReadOnlyList<Item> items, CancellationToken cancellationToken);

    public abstract ValueTask<ReadingsContent> QueryLastPointAsync(
        IReadOnlyList<Item> items, CancellationToken cancellationToken);
}

/// <summary>Only its interfaces count here.</summary>
internal abstract class SinkNorth : IHandlesValues
{
    public abstract Task<IReadOnlyList<Diagnostic>> TestConnectionAsync(CancellationToken cancellationToken);

    public abstract ValueTask<DeliveryOutcome> HandleValuesAsync(
        ValuesBatch batch, CancellationToken cancellationToken);
}
