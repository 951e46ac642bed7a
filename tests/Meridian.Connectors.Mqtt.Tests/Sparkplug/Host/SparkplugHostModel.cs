using System.Globalization;
using Meridian.Fixtures;
using Xunit.Abstractions;

namespace Meridian.Connectors.Mqtt.Tests.Sparkplug.Host;

/// <summary>A host against edge nodes that are born and die, brokers that forget or send again, kills and a slow disk,
/// at random.</summary>
public sealed class SparkplugHostModel(ITestOutputHelper output)
{
    private const int Runs = 1_000;
    private const int Steps = 120;

    [Fact]
    public void Host_WhateverComes_NamesNothingWronglyAndAsksOnceAnInterval()
    {
        var first = Seed.Draw();
        var (strict, requests) = (0, 0);
        for (var i = 0; i < Runs; i++)
        {
            var seed = unchecked(first + i);
            var run = new HostRun(seed);
            try
            {
                run.Run(Steps);
                strict += run.StrictCount;
                requests += run.RequestCount;
            }
            catch (Exception error)
            {
                output.WriteLine(string.Join('\n', run.Course));
                throw Seed.Failure(seed, error);
            }
        }

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"seeds from {first}: {strict} messages judged to the last reading, {requests} requests for births"));
        Assert.True(strict > Runs * 5, $"Only {strict} messages were judged to the last reading.");
        Assert.True(requests > Runs, $"Births were asked for only {requests} times.");
    }
}
