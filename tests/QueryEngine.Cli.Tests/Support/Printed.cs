using System.Text;
using QueryEngine.Cli.Output;
using QueryEngine.Cluster.Statements;
using QueryEngine.Spi;

namespace QueryEngine.Cli.Tests.Support;

/// <summary>Prints rows in a format.</summary>
internal static class Printed
{
    public static string As(OutputFormat format, (string Name, SqlType Type)[] columns, params object?[][] rows)
    {
        using var stream = new MemoryStream();
        var output = new Utf8Output(stream);
        ResultWriter writer = ResultWriter.Create(format, output, new CellText(utcOffset: null), useColor: false);
        writer.Begin(columns.Select(column => new ResultColumn(column.Name, column.Type)).ToValueList());
        using var builder = new BatchBuilder([.. columns.Select(column => column.Type)], MemoryContext.Unlimited);
        foreach (object?[] row in rows)
            builder.AppendRow(row);
        using (RecordBatch batch = builder.Build())
            writer.Write(batch);
        writer.End($"({rows.Length} rows)");
        output.Flush();
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
