namespace Meridian.Connectors.Postgres;

/// <summary>How far the connection to PostgreSQL is encrypted.</summary>
public enum PostgresTls
{
    /// <summary>Encrypted when the server offers it, its certificate not checked. The default.</summary>
    Prefer,

    /// <summary>Never encrypted.</summary>
    Off,

    /// <summary>Always encrypted, the server's certificate not checked.</summary>
    Require,

    /// <summary>Always encrypted, and the server's certificate must be valid and name the host.</summary>
    Verify,
}
