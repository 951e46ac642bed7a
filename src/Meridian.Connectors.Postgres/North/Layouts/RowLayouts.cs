namespace Meridian.Connectors.Postgres.North.Layouts;

/// <summary>Which layout the settings ask for.</summary>
internal static class RowLayouts
{
    /// <summary>Makes the layout of settings that were checked.</summary>
    public static IRowLayout Of(PostgresNorthSettings settings) => settings.Layout switch
    {
        PostgresLayout.Wide => new WideLayout(new WideMap(settings)),
        PostgresLayout.PerType => new PerTypeLayout(settings.Upsert),
        _ => new TallLayout(settings.Upsert),
    };
}
