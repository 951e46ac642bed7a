using Meridian.Connectors.Postgres.North;
using Meridian.Testing.Contract;

namespace Meridian.Connectors.Postgres.Tests.Contract;

/// <summary>
/// The wide layout keeps the contract too. What has nothing to do with rows is tried with the tall one, and here in the
/// long mode only.
/// </summary>
public sealed class WideContractTests
{
    public static TheoryData<string> Checks => ContractTests.NamesOf(Of());

    [Theory]
    [MemberData(nameof(Checks))]
    public Task North_OnARealServer_Keeps(string check) => Of().RunAsync(check);

    private static ConnectorContract Of() => ContractTests.Of(
        static settings => settings with
        {
            Layout = PostgresLayout.Wide,
            Columns =
            [
                new()
                {
                    Point = "contract/point", Column = "value", Type = PostgresColumnType.Bigint, Quality = "quality",
                },
            ],
        },
        "value");
}
