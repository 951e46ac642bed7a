using System.CommandLine;
using System.Globalization;
using Meridian.Journal.Faults;
using Meridian.Journal.Inspection;

namespace Meridian.Gateway.Commands;

/// <summary><c>meridian journal inspect</c>: what a journal holds, readable without the gateway.</summary>
internal static class JournalCommand
{
    public static Command Create() => new("journal", "Looks into a journal, the gateway's store on disk.")
    {
        CreateInspect(),
    };

    private static Command CreateInspect()
    {
        var folder = new Argument<DirectoryInfo>("DIR")
        {
            Description = "The gateway's data folder, or the journal folder in it.",
        };
        var command = new Command(
            "inspect",
            """
            Shows the segments, what each South has put in, and where each North's cursor stands. Reads only; the
            gateway may be running meanwhile.

            Example: meridian journal inspect ./meridian-data
            """)
        {
            folder,
        };
        command.SetAction((parsed, cancellationToken) =>
            InspectAsync(parsed.GetRequiredValue(folder).FullName, cancellationToken));
        return command;
    }

    private static async Task<int> InspectAsync(string folder, CancellationToken cancellationToken)
    {
        var inner = Path.Combine(folder, "journal");
        try
        {
            var journal = Directory.Exists(inner) ? inner : folder;
            Print(await JournalInspector.InspectAsync(journal, cancellationToken));
            return ExitCodes.Ok;
        }
        catch (Exception refused) when (refused is JournalException or IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync(refused.Message);
            return ExitCodes.Failed;
        }
    }

    private static void Print(JournalInspection found)
    {
        var culture = CultureInfo.InvariantCulture;
        Console.WriteLine(string.Create(culture, $"journal   {found.Id}"));
        Console.WriteLine(string.Create(culture, $"positions {found.Start.Value} to {found.End.Value}"));
        var megabytes = found.Segments.Sum(segment => segment.Bytes) / 1e6;
        Console.WriteLine(string.Create(culture, $"size      {megabytes:F1} MB in {found.Segments.Count} segments"));
        Console.WriteLine();
        Console.WriteLine($"{"source",-24} {"records",12} {"data",14} {"bytes",16}");
        foreach (var source in found.Sources)
        {
            Console.WriteLine(string.Create(
                culture, $"{source.Name,-24} {source.Records,12} {source.Data,14} {source.Bytes,16}"));
        }

        Console.WriteLine();
        Console.WriteLine($"{"cursor",-24} {"committed",12} {"waiting",14}");
        foreach (var cursor in found.Cursors)
        {
            Console.WriteLine(string.Create(
                culture, $"{cursor.Name,-24} {cursor.Committed.Value,12} {cursor.Waiting,14}"));
        }
    }
}
