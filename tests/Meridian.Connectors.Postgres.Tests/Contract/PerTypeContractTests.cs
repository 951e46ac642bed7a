using Meridian.Connectors.Postgres.North;
using Meridian.Testing.Contract;

namespace Meridian.Connectors.Postgres.Tests.Contract;

/// <summary>The layout by types keeps the contract too, with rows that are merged; as for the wide one.</summary>
public sealed class PerTypeContractTests
{
    public static TheoryData<string> Checks => ContractTests.NamesOf(Of());

    [Theory]
    [MemberData(nameof(Checks))]
    public Task North_OnARealServer_Keeps(string check) => Of().RunAsync(check);

    private static ConnectorContract Of() => ContractTests.Of(
        static settings => settings with { Layout = PostgresLayout.PerType, Upsert = PostgresUpsert.Update },
        "integer");
}
