using Meridian.Configuration.Schema;
using Meridian.Fixtures;

namespace Meridian.Configuration.Tests.Schema;

/// <summary>The schema of the built-in connectors changes only where somebody has looked at it.</summary>
public sealed class ApprovedSchemaTests
{
    private const string Document = "docs/meridian.schema.json";

    [Fact]
    public void Schema_OfTheBuiltInConnectors_IsWhatWasApproved()
    {
        var made = JsonSchemaWriter.WriteFile(BuiltIn.Catalog);

        Assert.Empty(made.Remarks);
        Assert.True(
            string.Equals(ApprovedText.Of(Document, made.Text), made.Text, StringComparison.Ordinal),
            $"The schema is not what {Document} says. If this is meant, write it anew and look at the difference: "
            + "MERIDIAN_APPROVE=1 dotnet test tests/Meridian.Configuration.Tests --filter ApprovedSchemaTests");
    }
}
