using System.ComponentModel.DataAnnotations;
using Meridian.Connectors.Http.Client;
using Meridian.Sdk.Settings;

namespace Meridian.Connectors.Http.Influx;

/// <summary>The settings of the InfluxDB North. <c>url</c> is the server's address without <c>/write</c>.</summary>
public sealed record InfluxNorthSettings : HttpClientSettings
{
    /// <summary>The version of InfluxDB.</summary>
    [Required]
    public required InfluxVersion Version { get; init; }

    /// <summary>The database; it must exist (version 3 makes it).</summary>
    [VisibleWhen(nameof(Version), InfluxVersion.V1, InfluxVersion.V3, IsRequired = true)]
    public string? Database { get; init; }

    /// <summary>The retention policy; leave it out for the database's default.</summary>
    [VisibleWhen(nameof(Version), InfluxVersion.V1)]
    public string? RetentionPolicy { get; init; }

    /// <summary>The user; leave it out where the server asks for none.</summary>
    [VisibleWhen(nameof(Version), InfluxVersion.V1)]
    [Group("Security")]
    public string? UserName { get; init; }

    /// <summary>The password; needs a user name.</summary>
    [VisibleWhen(nameof(Version), InfluxVersion.V1)]
    [Group("Security")]
    public Secret? Password { get; init; }

    /// <summary>The organisation; InfluxDB 2 needs it, the endpoint of version 2 in InfluxDB 3 does not.</summary>
    [VisibleWhen(nameof(Version), InfluxVersion.V2)]
    public string? Org { get; init; }

    /// <summary>The bucket; it must exist.</summary>
    [VisibleWhen(nameof(Version), InfluxVersion.V2, IsRequired = true)]
    public string? Bucket { get; init; }

    /// <summary>The token; leave it out where the server asks for none.</summary>
    [VisibleWhen(nameof(Version), InfluxVersion.V2, InfluxVersion.V3)]
    [Group("Security")]
    public Secret? Token { get; init; }

    /// <summary>
    /// The measurement (table), made from the point: <c>{point}</c>, <c>{topic[0]}</c> for its first level (between
    /// slashes), and literal text.
    /// </summary>
    /// <value><c>{point}</c>: one per point, so that each has field types of its own.</value>
    [Required]
    public string Measurement { get; init; } = "{point}";

    /// <summary>Tags and their templates, as for the measurement. A tag whose value comes out empty is left out.
    /// </summary>
    /// <value>None.</value>
    public IReadOnlyDictionary<string, string> Tags { get; init; } =
        new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The field that holds the value, as a template as for the measurement.</summary>
    /// <value><c>value</c>.</value>
    [Required]
    public string Field { get; init; } = "value";

    /// <summary>
    /// How whole numbers are stored. A field of InfluxDB has one type: a point that comes as 5 and as 5.5 needs float.
    /// </summary>
    /// <value>typed.</value>
    public InfluxIntegers Integers { get; init; } = InfluxIntegers.Typed;

    /// <summary>Where the quality goes.</summary>
    /// <value>field.</value>
    public InfluxQuality Quality { get; init; } = InfluxQuality.Field;

    /// <summary>
    /// The precision of timestamps on their way. It never cuts a time: a request with a reading that has finer digits
    /// goes with the next precision that holds them.
    /// </summary>
    /// <value>ns.</value>
    public InfluxPrecision Precision { get; init; } = InfluxPrecision.Ns;

    /// <summary>
    /// What becomes of a reading that would take the place of another: same series and field, same time, other value.
    /// </summary>
    /// <value>quarantine.</value>
    public InfluxSameTime SameTime { get; init; } = InfluxSameTime.Quarantine;

    /// <summary>Whether requests are packed with gzip.</summary>
    /// <value>true.</value>
    public bool IsCompressed { get; init; } = true;

    /// <summary>The most bytes of one request before it is packed; a larger batch goes in several.</summary>
    /// <value>8 MB; InfluxDB 3 takes 10 MB, version 1 takes 25 MB.</value>
    [Range(typeof(ByteSize), "1 KiB", "256 MiB")]
    public ByteSize MaxBodySize { get; init; } = new(8_000_000);

    /// <summary>The longest wait that a server may ask for with <c>Retry-After</c>.</summary>
    /// <value>10 min.</value>
    [Range(typeof(TimeSpan), "1 s", "1 h")]
    [Group("Requests")]
    public TimeSpan MaxRetryAfter { get; init; } = TimeSpan.FromMinutes(10);
}

/// <summary>The version of InfluxDB: which endpoint is written to.</summary>
public enum InfluxVersion
{
    /// <summary>InfluxDB 1: <c>/write</c>.</summary>
    V1,

    /// <summary>InfluxDB 2, and InfluxDB 3 with its endpoint for clients of version 2: <c>/api/v2/write</c>.</summary>
    V2,

    /// <summary>InfluxDB 3: <c>/api/v3/write_lp</c>.</summary>
    V3,
}

/// <summary>How whole numbers are stored.</summary>
public enum InfluxIntegers
{
    /// <summary>
    /// As integers (<c>i</c>); unsigned ones as such (<c>u</c>) from version 2 on, as integers where version 1 has
    /// none.
    /// </summary>
    Typed,

    /// <summary>As floats; beyond 2^53 a float does not hold every whole number, such a reading goes to quarantine.
    /// </summary>
    Floats,
}

/// <summary>Where the quality goes.</summary>
public enum InfluxQuality
{
    /// <summary>Into a field <c>quality</c> of each line; a reading without a value is stored as its quality alone.
    /// </summary>
    Field,

    /// <summary>Into a tag <c>quality</c>: readings of different quality are different series.</summary>
    Tag,

    /// <summary>Nowhere: good, uncertain and bad readings look the same.</summary>
    None,
}

/// <summary>The precision of timestamps on their way.</summary>
public enum InfluxPrecision
{
    /// <summary>Nanoseconds.</summary>
    Ns,

    /// <summary>Microseconds.</summary>
    Us,

    /// <summary>Milliseconds.</summary>
    Ms,

    /// <summary>Seconds.</summary>
    S,
}

/// <summary>What becomes of a reading that would take the place of another.</summary>
public enum InfluxSameTime
{
    /// <summary>It goes to quarantine; the first stays.</summary>
    Quarantine,

    /// <summary>It takes the place, as where a source corrects what it gave.</summary>
    Overwrite,
}
