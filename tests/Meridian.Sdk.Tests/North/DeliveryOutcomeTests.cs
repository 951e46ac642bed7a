using Meridian.Sdk.Faults;
using Meridian.Sdk.North;
using Meridian.Sdk.Readings;

namespace Meridian.Sdk.Tests.North;

public sealed class DeliveryOutcomeTests
{
    [Fact]
    public void Default_IsDelivered()
    {
        Assert.Equal(DeliveryOutcomeKind.Delivered, default(DeliveryOutcome).Kind);
        Assert.Equal(DeliveryOutcome.Delivered, default);
    }

    [Fact]
    public void Rejected_WithData_TakesTheFirstReason()
    {
        var outcome = DeliveryOutcome.Rejected([new Rejection(3, "It is too long."), new Rejection(5, "It is empty.")]);

        Assert.Equal(DeliveryOutcomeKind.Rejected, outcome.Kind);
        Assert.Equal("It is too long.", outcome.Reason);
        Assert.Equal(2, outcome.Rejections!.Count);
    }

    [Fact]
    public void Batch_WithFewerPositionsThanReadings_IsRefused()
    {
        var cursor = new DeliveryPosition(Guid.Empty, "n", default);

        Assert.Throws<ArgumentException>(() => new ValuesBatch(Guid.Empty, new Reading[2], new long[1], cursor));
    }

    [Theory]
    [InlineData(Fault.Unreachable, true)]
    [InlineData(Fault.Unauthorized, true)]
    [InlineData(Fault.Malformed, true)]
    [InlineData(Fault.Internal, true)]
    [InlineData(Fault.Misconfigured, false)]
    [InlineData(Fault.Rejected, false)]
    public void Fault_SaysWhetherTryingAgainHelps(Fault fault, bool isTransient) =>
        Assert.Equal(isTransient, new ConnectorException(fault, "No.").IsTransient);
}
