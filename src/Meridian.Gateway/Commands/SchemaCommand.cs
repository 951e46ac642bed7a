using System.CommandLine;
using Meridian.Configuration.Schema;

namespace Meridian.Gateway.Commands;

/// <summary><c>meridian schema</c>: what a configuration may hold, for editors and other programs.</summary>
internal static class SchemaCommand
{
    public static Command Create()
    {
        var plugins = PluginsOption.Create();
        var command = new Command(
            "schema",
            """
            Writes the JSON Schema (draft 2020-12) of the configuration file to the standard output, with all connectors
            this gateway has, those in the folder 'plugins' below the current one too. An editor that finds it completes
            names and words and shows what they mean.

            Example: meridian schema > meridian.schema.json
            and in meridian.json as the first line: "$schema": "meridian.schema.json",
            """)
        {
            plugins,
        };
        command.SetAction(parsed =>
        {
            // The standard output is the schema's alone.
            var loaded = PluginsOption.Load(parsed.GetValue(plugins), Environment.CurrentDirectory, Console.Error);
            var schema = JsonSchemaWriter.WriteFile(loaded.Catalog);
            foreach (var remark in schema.Remarks)
            {
                Console.Error.WriteLine(remark);
            }

            Console.Write(schema.Text);
            return ExitCodes.Ok;
        });
        return command;
    }
}
