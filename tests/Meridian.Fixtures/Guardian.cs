using System.Diagnostics;
using System.Globalization;

namespace Meridian.Fixtures;

/// <summary>
/// A small shell beside the tests that ends their children and removes their folders when the test process is gone,
/// however it went: the runner kills it a moment after the last test. It notices by the end of its input.
/// </summary>
internal static class Guardian
{
    // "+p 12" and "-p 12" name a child, "+f DIR" a folder. At the end of input each child is asked with SIGINT, after
    // five seconds killed, and then the folders go; a folder that is removed already is no matter.
    private const string Script =
        """
        trap '' INT TERM HUP
        pids=' '; folders=
        while read -r what value; do
          case $what in
            +p) pids="$pids$value " ;;
            -p) case $pids in *" $value "*) pids="${pids%%" $value "*} ${pids#*" $value "}" ;; esac ;;
            +f) folders="$folders$value
        " ;;
          esac
        done
        for pid in $pids; do kill -INT "$pid" 2>/dev/null; done
        for pid in $pids; do
          for turn in 1 2 3 4 5 6 7 8 9 10; do kill -0 "$pid" 2>/dev/null && sleep 0.5; done
          kill -KILL "$pid" 2>/dev/null
        done
        printf '%s' "$folders" | while read -r folder; do rm -rf "$folder"; done
        """;

    private static readonly Lock Gate = new();
    private static Process? _shell;

    /// <summary>A child has started.</summary>
    public static void Watch(int processId) => Say($"+p {processId.ToString(CultureInfo.InvariantCulture)}");

    /// <summary>A child has ended; its id may soon be another's.</summary>
    public static void Forget(int processId) => Say($"-p {processId.ToString(CultureInfo.InvariantCulture)}");

    /// <summary>A folder was made.</summary>
    public static void Watch(string folder) => Say($"+f {folder}");

    private static void Say(string line)
    {
        lock (Gate)
        {
            _shell ??= Start();
            _shell.StandardInput.Write(line + "\n");
            _shell.StandardInput.Flush();
        }
    }

    private static Process Start() => Process.Start(new ProcessStartInfo("/bin/sh", ["-c", Script])
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        UseShellExecute = false,
        WorkingDirectory = "/",
    }) ?? throw new InvalidOperationException("The guardian shell did not start.");
}
