using System.Text;
using System.Text.Json;
using Meridian.Journal.Cursors;

namespace Meridian.Gateway.Commands;

/// <summary>Writes records as lines of JSON.</summary>
internal sealed class JournalDump(TextWriter output, long from, long count, string? source)
{
    private long _left = count;

    /// <summary>Whether all that was asked for is written.</summary>
    public bool IsDone => _left <= 0;

    /// <summary>Writes a record if it is one of those that were asked for.</summary>
    public void Write(JournalRecord record)
    {
        if (record.End.Value <= from || IsDone
            || (source is not null && !string.Equals(record.Source.Name, source, StringComparison.Ordinal)))
        {
            return;
        }

        _left--;
        using var line = new MemoryStream();
        using (var json = new Utf8JsonWriter(line))
        {
            json.WriteStartObject();
            json.WriteNumber("position", record.First.Value);
            json.WriteNumber("count", record.Count);
            json.WriteString("source", record.Source.Name);
            json.WriteString("time", record.Time);
            json.WriteNumber("contentType", record.ContentType);
            WriteAttachments(json, record);
            json.WriteBase64String("payload", record.Payload.Span);
            json.WriteEndObject();
        }

        output.WriteLine(Encoding.UTF8.GetString(line.GetBuffer(), 0, (int)line.Length));
    }

    private static void WriteAttachments(Utf8JsonWriter json, JournalRecord record)
    {
        if (!record.HasAttachments)
        {
            return;
        }

        json.WriteStartObject("checkpoints");
        foreach (var checkpoint in record.GetCheckpoints())
        {
            json.WriteBase64String(checkpoint.Key, checkpoint.Value.Span);
        }

        json.WriteEndObject();
        if (record.GetFile() is { } file)
        {
            json.WriteStartObject("file");
            json.WriteString("name", file.Name);
            json.WriteNumber("length", file.Length);
            json.WriteString("id", file.Id);
            json.WriteEndObject();
        }
    }
}
