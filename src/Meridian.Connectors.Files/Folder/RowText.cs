using System.Text;
using Meridian.Formats.Csv;

namespace Meridian.Connectors.Files.Folder;

/// <summary>A row as it stood in its CSV file, put together again from its fields.</summary>
internal static class RowText
{
    public static string Of(CsvReader reader, char delimiter)
    {
        var text = new StringBuilder();
        for (var field = 0; field < reader.FieldCount; field++)
        {
            if (field > 0)
            {
                text.Append(delimiter);
            }

            if (reader.IsQuoted(field))
            {
                text.Append('"').Append(reader.Field(field)).Replace(
                    "\"", "\"\"", text.Length - reader.Field(field).Length, reader.Field(field).Length).Append('"');
            }
            else
            {
                text.Append(reader.Field(field));
            }
        }

        return text.ToString();
    }
}
