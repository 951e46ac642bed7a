using System.Text;

namespace Meridian.Mqtt.Tests.Conformance;

/// <summary>Writes <c>docs/mqtt/conformance.md</c>.</summary>
internal static class ConformanceTable
{
    public static string Write(
        IReadOnlyList<Statement> statements,
        IReadOnlyList<SpecMark> marks,
        IReadOnlyDictionary<(string Version, string Id), string> open)
    {
        var tests = marks.ToLookup(static mark => (mark.Version, mark.Id), static mark => mark.Test);
        var text = new StringBuilder();
        WriteHead(text);
        foreach (var version in StatementList.Versions)
        {
            var all = statements.Where(one => one.Version.Equals(version, StringComparison.Ordinal)).ToList();
            var ours = all.Where(static one => one.BindsClient).ToList();
            var proven = ours.Where(one => tests[(version, one.Id)].Any()).ToList();
            text.Append('\n').Append(Invariant($"## MQTT {version}\n\n"));
            text.Append(Invariant($"{all.Count} numbered statements, {ours.Count} of which a client can break: "));
            text.Append(Invariant($"{proven.Count} are proven, {ours.Count - proven.Count} are open.\n"));
            WriteProven(text, proven, tests);
            WriteServers(text, [.. all.Where(one => !one.BindsClient && tests[(version, one.Id)].Any())], tests);
            WriteOpen(text, [.. ours.Except(proven)], open);
        }

        return text.ToString();
    }

    private static void WriteHead(StringBuilder text) => text.Append(
        """
        # Conformance

        Which test proves which normative statement of the MQTT specifications. A statement is listed when a client can
        break it: it names the client, both ends, or whoever sends or receives a packet; or it fixes the form of a
        packet that a client sends. The wording is ours and short; the standard's own is in its appendix B
        ([3.1.1](https://docs.oasis-open.org/mqtt/mqtt/v3.1.1/os/mqtt-v3.1.1-os.html),
        [5.0](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html)). MQTT 3.1 has no numbered statements.

        This file is generated from the tests of `tests/Meridian.Mqtt.Tests` that are marked
        `[Spec("3.1.1", "MQTT-3.1.2-23")]`, and a test compares it with them. It fails when a statement has neither a
        test nor a reason in `Conformance/open.txt` there. After adding marks, write the file anew and look at the
        difference:

        ```sh
        MERIDIAN_APPROVE=1 dotnet test tests/Meridian.Mqtt.Tests --filter ConformanceTests
        ```

        """.ReplaceLineEndings("\n"));

    private static void WriteProven(
        StringBuilder text, List<Statement> proven, ILookup<(string Version, string Id), string> tests)
    {
        if (proven.Count == 0)
        {
            return;
        }

        text.Append("\n### Proven\n\n| Statement | Asks | Proven by |\n| --- | --- | --- |\n");
        foreach (var one in proven)
        {
            text.Append(Invariant($"| {one.Id} | {one.Text} | {Names(tests[(one.Version, one.Id)])} |\n"));
        }
    }

    private static void WriteServers(
        StringBuilder text, List<Statement> proven, ILookup<(string Version, string Id), string> tests)
    {
        if (proven.Count == 0)
        {
            return;
        }

        text.Append("\n### Duties of the server that the client checks\n\n| Statement | Checked by |\n| --- | --- |\n");
        foreach (var one in proven)
        {
            text.Append(Invariant($"| {one.Id} | {Names(tests[(one.Version, one.Id)])} |\n"));
        }
    }

    private static void WriteOpen(
        StringBuilder text,
        List<Statement> unproven,
        IReadOnlyDictionary<(string Version, string Id), string> open)
    {
        text.Append("\n### Open\n\n");
        text.Append(unproven.Count == 0 ? "None.\n" : "| Statement | Asks | Why it is open |\n| --- | --- | --- |\n");
        foreach (var one in unproven)
        {
            var reason = open.GetValueOrDefault((one.Version, one.Id), "");
            text.Append(Invariant($"| {one.Id} | {one.Text} | {reason} |\n"));
        }
    }

    private static string Names(IEnumerable<string> tests) =>
        string.Join("<br>", tests.Distinct(StringComparer.Ordinal).Select(static test => $"`{test}`"));

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
