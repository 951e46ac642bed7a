using Meridian.Connectors.Postgres.North;
using Meridian.Connectors.Postgres.South;
using Meridian.Sdk.Settings;

namespace Meridian.Connectors.Postgres;

/// <summary>How a server is reached, whichever connector asks.</summary>
internal sealed record PostgresReach(
    string Host,
    int Port,
    string Database,
    string UserName,
    Secret? Password,
    PostgresTls Tls,
    string? CaFile,
    TimeSpan ConnectTimeout,
    TimeSpan CommandTimeout)
{
    public PostgresAddress Address => new(Host, Port, Database, UserName);

    public static PostgresReach Of(PostgresNorthSettings settings) => new(
        settings.Host,
        settings.Port,
        settings.Database,
        settings.UserName,
        settings.Password,
        settings.Tls,
        settings.CaFile,
        settings.ConnectTimeout,
        settings.CommandTimeout);

    /// <summary>The server ends a slow query itself; the driver waits a little longer, for a server that is silent.
    /// </summary>
    public static PostgresReach Of(PostgresSouthSettings settings) => new(
        settings.Host,
        settings.Port,
        settings.Database,
        settings.UserName,
        settings.Password,
        settings.Tls,
        settings.CaFile,
        settings.ConnectTimeout,
        settings.CommandTimeout + TimeSpan.FromSeconds(1));

    /// <summary>A CA file that nothing would use.</summary>
    public static SettingsProblem? FindCaProblem(PostgresTls tls, string? caFile) =>
        caFile is null || tls == PostgresTls.Verify
            ? null
            : new SettingsProblem(
                "settings.caFile",
                "A CA file is used only when the certificate is checked; set settings.tls to \"verify\" or leave it "
                + "out.");
}
