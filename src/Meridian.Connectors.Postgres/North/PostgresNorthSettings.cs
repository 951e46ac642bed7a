using System.ComponentModel.DataAnnotations;
using Meridian.Sdk.Settings;

namespace Meridian.Connectors.Postgres.North;

/// <summary>The settings of the PostgreSQL North.</summary>
public sealed record PostgresNorthSettings
{
    /// <summary>The server's name or address.</summary>
    [Required]
    public required string Host { get; init; }

    /// <summary>The server's port.</summary>
    /// <value>5432.</value>
    [Range(1, 65_535)]
    public int Port { get; init; } = 5432;

    /// <summary>The database; it must exist.</summary>
    [Required]
    public required string Database { get; init; }

    /// <summary>The user to connect as.</summary>
    [Required]
    public required string UserName { get; init; }

    /// <summary>The user's password; leave it out where the server asks for none.</summary>
    public Secret? Password { get; init; }

    /// <summary>How far the connection is encrypted.</summary>
    /// <value>Prefer: encrypted when the server offers it.</value>
    public PostgresTls Tls { get; init; } = PostgresTls.Prefer;

    /// <summary>
    /// A PEM file with the certificate of the authority that signed the server's, for <see cref="PostgresTls.Verify"/>;
    /// leave it out to trust what the system trusts.
    /// </summary>
    public string? CaFile { get; init; }

    /// <summary>The schema of the tables; made when it is missing.</summary>
    /// <value>"public".</value>
    [Required]
    public string Schema { get; init; } = "public";

    /// <summary>The table of the readings; made when it is missing.</summary>
    /// <value>"readings".</value>
    [Required]
    public string Table { get; init; } = "readings";

    /// <summary>
    /// How long connecting may take, all addresses of the host together. A stopping gateway waits no longer than this
    /// and the command timeout for a server that answers nothing any more. Whole seconds.
    /// </summary>
    /// <value>15 s.</value>
    [Range(typeof(TimeSpan), "1 s", "10 min")]
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How long one command may take, such as storing a batch, before the connection counts as lost. Whole seconds, at
    /// least one.
    /// </summary>
    /// <value>30 s.</value>
    [Range(typeof(TimeSpan), "1 s", "1 h")]
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromSeconds(30);
}
