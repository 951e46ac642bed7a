using System.Runtime.Versioning;
using Meridian.Connectors.Basic.Box;
using Meridian.Sdk.South;
using Meridian.Testing.Contexts;

namespace Meridian.Connectors.Basic.Tests.Box;

/// <summary>
/// The state of a service, asked of a program in the place of systemctl. Alone: while another test starts a process,
/// the program's file could still be open in it, and would not start.
/// </summary>
[CollectionDefinition(nameof(ServiceTests), DisableParallelization = true)]
[Collection(nameof(ServiceTests))]
[SupportedOSPlatform("linux")]
public sealed class ServiceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("echo active", "active")]
    [InlineData("echo failed; exit 3", "failed")]
    public async Task Service_ThatSystemdKnows_IsAGoodReading(string script, string expected)
    {
        var (reading, problem) = await AskAsync(new ThisBox(Program(script)));

        Assert.Equal(expected, reading.Value.ToString());
        Assert.True(reading.Quality.IsGood);
        Assert.Null(problem);
    }

    [Fact]
    public async Task Service_WhoseStateIsNotTold_IsBadInItsOwnWords()
    {
        var (reading, problem) = await AskAsync(new ThisBox(Program("echo 'Failed to connect to bus' >&2; exit 1")));

        Assert.True(reading.Quality.IsBad);
        Assert.Equal("systemd does not tell the state of 'ssh': Failed to connect to bus", problem);
    }

    [Fact]
    public async Task Service_OfAProgramThatHangs_IsBadAfterTheLimit_AndTheProgramIsEnded()
    {
        var idFile = _folder.Join("id");
        var box = new ThisBox(Program($"echo $$ > '{idFile}'; exec sleep 1000"), TimeSpan.FromMilliseconds(500));

        var (reading, problem) = await AskAsync(box);

        Assert.True(reading.Quality.IsBad);
        Assert.StartsWith("systemd did not tell the state of 'ssh' within 0.5 s.", problem, StringComparison.Ordinal);
        var id = (await File.ReadAllTextAsync(idFile)).Trim();
        Assert.True(
            SpinWait.SpinUntil(() => !IsRunning(id), TimeSpan.FromSeconds(10)), $"Process {id} still runs.");
    }

    [Fact]
    public async Task Services_AfterOneThatHangs_AreNotWaitedForInThatLook()
    {
        var asked = Path.GetFullPath(_folder.Join("asked"));
        var box = new ThisBox(Program($"echo $3 >> '{asked}'; exec sleep 1000"), TimeSpan.FromMilliseconds(500));
        await using var context = new TestSouthContext(new TestContextOptions());
        Item[] items =
        [
            Of("a", BoxMetric.ServiceState), Of("b", BoxMetric.ServiceState), Of("up", BoxMetric.Uptime),
            Of("c", BoxMetric.ServiceState),
        ];

        var south = new BoxSouth(context, box);
        var readings = (await south.QueryLastPointAsync(items, CancellationToken.None)).Readings.ToArray();

        Assert.Equal("TTFT", string.Concat(readings.Select(static one => one.Quality.IsBad ? 'T' : 'F')));
        Assert.Equal(["a"], await File.ReadAllLinesAsync(asked), StringComparer.Ordinal);
        Assert.StartsWith(
            "'c' was not asked for: systemd did not tell the state of 'a'",
            context.ItemProblems["c"],
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Service_WithoutSystemd_IsBadAndNamesIt()
    {
        var (reading, problem) = await AskAsync(new ThisBox(_folder.Join("none")));

        Assert.True(reading.Quality.IsBad);
        Assert.Equal("Services are asked of systemd, and this system has no 'systemctl'.", problem);
    }

    private static Item Of(string name, BoxMetric metric) =>
        new(name, new BoxItemSettings { Metric = metric, Of = metric == BoxMetric.ServiceState ? name : null });

    private static bool IsRunning(string id) =>
        File.Exists($"/proc/{id}/status")
        && !File.ReadAllText($"/proc/{id}/status").Contains("State:\tZ", StringComparison.Ordinal);

    private static async Task<(Sdk.Readings.Reading Reading, string? Problem)> AskAsync(ThisBox box)
    {
        await using var context = new TestSouthContext(new TestContextOptions());
        var item = new Item("service", new BoxItemSettings { Metric = BoxMetric.ServiceState, Of = "ssh" });
        var content = await new BoxSouth(context, box).QueryLastPointAsync([item], CancellationToken.None);
        return (content.Readings.Span[0], context.ItemProblems.GetValueOrDefault("service"));
    }

    private string Program(string script)
    {
        var path = _folder.Join("systemctl");
        File.WriteAllText(path, $"#!/bin/sh\n{script}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }
}
