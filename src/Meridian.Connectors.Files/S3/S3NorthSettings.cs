using System.ComponentModel.DataAnnotations;
using Meridian.Connectors.Files.Parts;
using Meridian.Sdk.Settings;

namespace Meridian.Connectors.Files.S3;

/// <summary>
/// The settings of the S3 North. <c>directory</c> is where readings gather until S3 has their file: a folder of this
/// machine that outlives a restart.
/// </summary>
public sealed record S3NorthSettings : ReadingFilesSettings
{
    /// <summary>The bucket; it must exist.</summary>
    [Required]
    public required string Bucket { get; init; }

    /// <summary>
    /// What the keys of files of readings begin with; the file's name follows. <c>{year}</c>, <c>{month}</c>,
    /// <c>{day}</c> and <c>{hour}</c> are of the time when the file was begun, UTC. Give each gateway one of its own.
    /// </summary>
    /// <value>Nothing.</value>
    public string KeyPrefix { get; init; } = string.Empty;

    /// <summary>What the keys of files that are carried as they are begin with; the file's name follows.</summary>
    /// <value>The default is <c>files/</c>.</value>
    [Group("Files")]
    public string FileKeyPrefix { get; init; } = "files/";

    /// <summary>The address of a store that is not Amazon's, such as <c>https://minio.plant:9000</c>.</summary>
    /// <value>Amazon's, by region.</value>
    [Group("Connection")]
    public Uri? Endpoint { get; init; }

    /// <summary>The region of the bucket.</summary>
    /// <value>The default is <c>us-east-1</c>, which stores of others take.</value>
    [Group("Connection")]
    [Required]
    public string Region { get; init; } = "us-east-1";

    /// <summary>Whether the bucket stands in the path of an address and not in its name.</summary>
    /// <value>With an endpoint yes, else no.</value>
    [Group("Connection")]
    public bool? PathStyle { get; init; }

    /// <summary>The access key's id.</summary>
    [Group("Security")]
    [Required]
    public required string AccessKey { get; init; }

    /// <summary>The secret that belongs to the access key.</summary>
    [Group("Security")]
    [Required]
    public required Secret SecretKey { get; init; }

    /// <summary>The token of a key that is valid for a time only.</summary>
    /// <value>None.</value>
    [Group("Security")]
    public Secret? SessionToken { get; init; }

    /// <summary>
    /// A file that is larger goes in parts of this size, each tried by itself; so much memory is taken meanwhile.
    /// </summary>
    /// <value>8 MiB; 5 MiB to 256 MiB.</value>
    [Group("Connection")]
    [Range(typeof(ByteSize), "5 MiB", "256 MiB")]
    public ByteSize PartSize { get; init; } = new(8L * 1_024 * 1_024);

    /// <summary>The longest that one request may take, with what it carries.</summary>
    /// <value>2 min.</value>
    [Group("Connection")]
    [Range(typeof(TimeSpan), "100 ms", "1 h")]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(2);
}
