using System.CommandLine;
using System.Globalization;
using Meridian.Journal.Cursors;
using Meridian.Journal.Faults;
using Meridian.Journal.Inspection;

namespace Meridian.Gateway.Commands;

/// <summary><c>meridian journal</c>: looks into a journal, and tidies one, without the gateway.</summary>
internal static class JournalCommand
{
    public static Command Create() => new("journal", "Looks into a journal, the gateway's store on disk.")
    {
        CreateInspect(),
        CreateVerify(),
        CreateDump(),
        CreateCompact(),
        CreateRenew(),
    };

    private static Argument<DirectoryInfo> Folder() => new("DIR")
    {
        Description = "The gateway's data folder, or the journal folder in it.",
    };

    private static Command CreateInspect()
    {
        var folder = Folder();
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
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetRequiredValue(folder), async journal =>
        {
            Print(await JournalInspector.InspectAsync(journal, cancellationToken));
            return ExitCodes.Ok;
        }));
        return command;
    }

    private static Command CreateVerify()
    {
        var folder = Folder();
        var command = new Command(
            "verify",
            """
            Reads every byte, checks every checksum and names what is damaged or missing. Ends with 0 when all is well
            and with 1 when not. Reads only; the gateway may be running meanwhile.

            Example: meridian journal verify ./meridian-data
            """)
        {
            folder,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetRequiredValue(folder), async journal =>
        {
            var found = await JournalInspector.InspectAsync(journal, cancellationToken);
            foreach (var problem in found.Problems)
            {
                Console.WriteLine(problem);
            }

            var culture = CultureInfo.InvariantCulture;
            Console.WriteLine(string.Create(
                culture,
                $"{found.Segments.Count} segments, {found.Segments.Sum(s => s.Records)} records, "
                + $"{found.Problems.Count} problems, {found.SetAside} pieces set aside earlier"));
            return found.Problems.Count == 0 ? ExitCodes.Ok : ExitCodes.Failed;
        }));
        return command;
    }

    private static Command CreateDump()
    {
        var folder = Folder();
        var from = new Option<long>("--from")
        {
            Description = "The first position to show.",
            DefaultValueFactory = _ => 0,
        };
        var count = new Option<long>("--count")
        {
            Description = "How many records to show.",
            DefaultValueFactory = _ => long.MaxValue,
        };
        var source = new Option<string?>("--source") { Description = "Records of this South only." };
        var command = new Command(
            "dump",
            """
            Writes one JSON object per record: position, count, source, time, content type, checkpoints, file, and the
            payload as Base64. Reads only; the gateway may be running meanwhile.

            Example: meridian journal dump ./meridian-data --source plant --count 10
            """)
        {
            folder,
            from,
            count,
            source,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetRequiredValue(folder), journal => DumpAsync(
            journal,
            new JournalDump(Console.Out, parsed.GetValue(from), parsed.GetValue(count), parsed.GetValue(source)),
            cancellationToken)));
        return command;
    }

    private static async Task<int> DumpAsync(string journal, JournalDump dump, CancellationToken ct)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(ct);
        try
        {
            var found = await JournalInspector.WalkAsync(journal, Write, enough.Token);
            if (found.Problems.Count > 0)
            {
                await Console.Error.WriteLineAsync(
                    $"{found.Problems.Count} problems; 'meridian journal verify' names them.");
            }
        }
        catch (OperationCanceledException) when (dump.IsDone && !ct.IsCancellationRequested)
        {
            // The rest of the journal, maybe gigabytes, was not asked for.
        }

        return ExitCodes.Ok;

        void Write(JournalRecord record)
        {
            dump.Write(record);
            if (dump.IsDone)
            {
                enough.Cancel();
            }
        }
    }

    private static Command CreateCompact()
    {
        var folder = Folder();
        var command = new Command(
            "compact",
            """
            Opens the journal, mends it, deletes what all Norths have passed and writes the index anew. The gateway must
            not be running.

            Example: meridian journal compact ./meridian-data
            """)
        {
            folder,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetRequiredValue(folder), async journal =>
        {
            var done = await JournalCompactor.CompactAsync(journal, cancellationToken);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{done.BytesBefore / 1e6:F1} MB in {done.SegmentsBefore} segments became "
                + $"{done.BytesAfter / 1e6:F1} MB in {done.SegmentsAfter}"));
            return ExitCodes.Ok;
        }));
        return command;
    }

    private static Command CreateRenew()
    {
        var folder = Folder();
        var command = new Command(
            "renew",
            """
            Gives a journal that was put back from a backup a new id, before the gateway runs on it. A destination that
            keeps its own place then does not take new data for data it has; what waits in the journal is delivered to
            it, even what it had before the restore. The gateway must not be running.

            Example: meridian journal renew ./meridian-data
            """)
        {
            folder,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetRequiredValue(folder), async journal =>
        {
            var done = await JournalRenewal.RenewAsync(journal, cancellationToken);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"journal {done.FormerId} is {done.Id} from now on; positions {done.Start.Value} to {done.End.Value}"));
            return ExitCodes.Ok;
        }));
        return command;
    }

    private static async Task<int> RunAsync(DirectoryInfo folder, Func<string, Task<int>> work)
    {
        var inner = Path.Combine(folder.FullName, "journal");
        try
        {
            return await work(Directory.Exists(inner) ? inner : folder.FullName);
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
        foreach (var former in found.FormerIds)
        {
            Console.WriteLine(string.Create(culture, $"formerly  {former}"));
        }

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
        Console.WriteLine($"{"cursor",-24} {"committed",12} {"waiting",14} {"dropped",12}");
        foreach (var cursor in found.Cursors)
        {
            Console.WriteLine(string.Create(
                culture,
                $"{cursor.Name,-24} {cursor.Committed.Value,12} {cursor.Waiting,14} {cursor.Dropped.Count,12}"));
        }

        Console.WriteLine();
        Console.WriteLine(string.Create(
            culture,
            $"{found.Checkpoints} checkpoints, {found.Files} files, {found.SetAside} damaged pieces set aside"));
        foreach (var problem in found.Problems)
        {
            Console.WriteLine(problem);
        }
    }
}
