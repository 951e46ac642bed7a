using System.Globalization;
using Meridian.Fixtures;
using Xunit.Abstractions;

namespace Meridian.Connectors.Mqtt.Tests.Sparkplug.Edge;

/// <summary>An edge node against a reader that was written down from the specification, at random.</summary>
public sealed class EdgeNodeModel(ITestOutputHelper output)
{
    private const int Runs = 1_000;
    private const int Steps = 15;

    [Fact]
    public void EdgeNode_WhateverBatches_SaysEachReadingOnceAsItWas()
    {
        var first = Seed.Draw();
        var (delivered, rejected) = (0, 0);
        for (var i = 0; i < Runs; i++)
        {
            var seed = unchecked(first + i);
            try
            {
                var run = new EdgeRun(seed);
                run.Run(Steps);
                delivered += run.DeliveredCount;
                rejected += run.RejectedCount;
            }
            catch (Exception error)
            {
                throw Seed.Failure(seed, error);
            }
        }

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"seeds from {first}: {delivered} readings delivered, {rejected} rejected"));
        Assert.True(delivered > Runs * 30, $"Only {delivered} readings were delivered.");
        Assert.True(rejected > Runs, $"Only {rejected} readings were rejected.");
    }
}
