using System.Globalization;

namespace Meridian.Connectors.Postgres;

/// <summary>Whom we talk to, for messages; it holds no secret.</summary>
internal sealed record PostgresAddress(string Host, int Port, string Database, string UserName)
{
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"PostgreSQL at {Host}:{Port} (database '{Database}', user '{UserName}')");
}
