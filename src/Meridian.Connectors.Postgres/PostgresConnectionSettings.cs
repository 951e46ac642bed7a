using System.ComponentModel.DataAnnotations;
using Meridian.Sdk.Settings;

namespace Meridian.Connectors.Postgres;

/// <summary>How a server is reached, whichever connector asks.</summary>
public abstract record PostgresConnectionSettings
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
    [Title("CA file")]
    public string? CaFile { get; init; }

    /// <summary>How long connecting may take, all addresses of the host together. Whole seconds.</summary>
    /// <value>15 s.</value>
    [Range(typeof(TimeSpan), "1 s", "10 min")]
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Who the server is, for messages.</summary>
    internal PostgresAddress Server => new(Host, Port, Database, UserName);

    /// <summary>What is wrong with them: a CA file that nothing would use.</summary>
    internal SettingsProblem? FindProblem() => CaFile is null || Tls == PostgresTls.Verify
        ? null
        : new SettingsProblem(
            "settings.caFile",
            "A CA file is used only when the certificate is checked; set settings.tls to \"verify\" or leave it out.");
}
