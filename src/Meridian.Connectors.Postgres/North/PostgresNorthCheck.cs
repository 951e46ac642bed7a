using System.Text;
using Meridian.Sdk.Settings;

namespace Meridian.Connectors.Postgres.North;

/// <summary>Checks what attributes cannot say about the settings of the PostgreSQL North.</summary>
internal static class PostgresNorthCheck
{
    // NAMEDATALEN − 1: PostgreSQL cuts longer names without a word, and two tables could become one.
    private const int MaxNameBytes = 63;

    /// <summary>Every problem, each with its path.</summary>
    public static IEnumerable<SettingsProblem> Find(PostgresNorthSettings settings)
    {
        foreach (var (path, name) in new[]
        {
            ("settings.schema", settings.Schema), ("settings.table", settings.Table),
        })
        {
            var lengthBytes = Encoding.UTF8.GetByteCount(name);
            if (lengthBytes > MaxNameBytes || name.Contains('\0', StringComparison.Ordinal))
            {
                yield return new SettingsProblem(
                    path,
                    $"'{name}' is no name for PostgreSQL: a name has at most {MaxNameBytes} bytes, this one has "
                    + $"{lengthBytes}, and none of them may be 0. Choose a shorter one.");
            }
        }

        if (string.Equals(settings.Table, CursorTable.TableName, StringComparison.Ordinal))
        {
            yield return new SettingsProblem(
                "settings.table",
                $"'{CursorTable.TableName}' is where the positions are kept; choose another name for the readings.");
        }

        if (settings.CaFile is not null && settings.Tls != PostgresTls.Verify)
        {
            yield return new SettingsProblem(
                "settings.caFile",
                "A CA file is used only when the certificate is checked; set settings.tls to \"verify\" or leave it "
                + "out.");
        }
    }
}
