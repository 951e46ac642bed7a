using System.Reflection;
using Meridian.Fixtures;

namespace Meridian.Mqtt.Tests.Issues.Rivals;

/// <summary>Every complaint in <c>threads.txt</c> has a test that is run.</summary>
public sealed class ThreadsTests
{
    [Fact]
    public void Thread_OfAComplaint_HasATestThatIsRun()
    {
        var lines = File.ReadAllLines(Path.Combine(
                RepositoryRoot.Path, "tests", "Meridian.Mqtt.Tests", "Issues", "Rivals", "threads.txt"))
            .Where(static line => line.Length > 0 && line[0] != '#')
            .Select(static line => line.Split(" | "))
            .ToList();
        var run = typeof(ThreadsTests).Assembly.GetTypes()
            .SelectMany(static type => type.GetMethods())
            .Where(static method => method.GetCustomAttribute<FactAttribute>() is { Skip: null })
            .Select(static method => $"{method.DeclaringType!.Name}.{method.Name}") // A method of a type.
            .ToHashSet(StringComparer.Ordinal);

        Assert.All(lines, static line => Assert.Equal(2, line.Length));
        Assert.Empty(lines.Where(line => !run.Contains(line[1])).Select(static line => line[0]));
        Assert.Empty(lines.GroupBy(static line => line[0], StringComparer.Ordinal)
            .Where(static group => group.Count() > 1).Select(static group => group.Key));
    }
}
