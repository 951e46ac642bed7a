using System.CommandLine;
using Meridian.Configuration.Schema;
using Meridian.Gateway.Hosting;

namespace Meridian.Gateway.Commands;

/// <summary><c>meridian schema</c>: what a configuration may hold, for editors and other programs.</summary>
internal static class SchemaCommand
{
    public static Command Create()
    {
        var command = new Command(
            "schema",
            """
            Writes the JSON Schema (draft 2020-12) of the configuration file to the standard output, with all connectors
            this gateway has. An editor that finds it completes names and words and shows what they mean.

            Example: meridian schema > meridian.schema.json
            and in meridian.json as the first line: "$schema": "meridian.schema.json",
            """);
        command.SetAction(_ =>
        {
            var schema = JsonSchemaWriter.WriteFile(BuiltInConnectors.Catalog);
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
