using Google.Protobuf;
using QueryEngine.Arrow;
using QueryEngine.Cluster.Wire;
using QueryEngine.Plan;
using QueryEngine.Plan.Codec;
using QueryEngine.Rpc;
using QueryEngine.Spi;
using Messages = QueryEngine.Rpc.Statements;

namespace QueryEngine.Cluster.Statements;

/// <summary>Statements and their ends as messages and back.</summary>
internal static class StatementWire
{
    private static readonly PlanCodec _values = new(static _ => []);

    /// <summary>The one call; received bodies are counted in <paramref name="memory"/>.</summary>
    public static RpcMethod<Messages.ExecuteRequest, FlightData> Execute(MemoryContext memory) =>
        new("queryengine.statements.Statements", "Execute", Marshallers.Proto<Messages.ExecuteRequest>(), ClusterMethods.Flight(memory));

    public static Messages.ExecuteRequest ToMessage(StatementRequest request)
    {
        var message = new Messages.ExecuteRequest { Sql = request.Sql, Settings = ToMessage(request.Settings), Source = request.Source ?? "" };
        foreach (StatementParameter parameter in request.Parameters)
        {
            byte[] value = _values.EncodeHandle<Expression>("", new ConstantExpression(parameter.Value, parameter.Type));
            message.Parameters.Add(new Messages.Parameter { Name = parameter.Name ?? "", Value = UnsafeByteOperations.UnsafeWrap(value) });
        }

        return message;
    }

    public static StatementRequest FromMessage(Messages.ExecuteRequest message) => new(message.Sql, FromMessage(message.Settings ?? new Messages.Settings()))
    {
        Parameters = message.Parameters.Select(FromMessage).ToValueList(),
        Source = message.Source.Length == 0 ? null : message.Source,
    };

    /// <summary>Metadata as a message of its own, without Arrow data.</summary>
    public static FlightData ToFlight(Messages.StatementInfo info) => new(new ArrowMessage(default, body: null, bodyLength: 0), appMetadata: info.ToByteArray());

    public static Messages.StatementInfo ToMessage(string queryId, ValueList<ResultColumn> columns)
    {
        var header = new Messages.StatementHeader { QueryId = queryId };
        header.Columns.AddRange(columns.Select(column => new Messages.ResultColumn { Name = column.Name, Type = column.Type.ToString() }));
        return new Messages.StatementInfo { Header = header };
    }

    public static ValueList<ResultColumn> FromMessage(Messages.StatementHeader header) =>
        header.Columns.Select(column => new ResultColumn(column.Name, SqlTypeParser.Parse(column.Type))).ToValueList();

    public static Messages.StatementInfo ToMessage(StatementProgress progress) => new()
    {
        Progress = new Messages.StatementProgress
        {
            State = progress.State,
            FinishedSplits = progress.FinishedSplits,
            TotalSplits = progress.TotalSplits,
            RowsRead = progress.RowsRead,
            BytesRead = progress.BytesRead,
            MemoryBytes = progress.MemoryBytes,
        },
    };

    public static StatementProgress FromMessage(Messages.StatementProgress progress) => new(
        progress.State, progress.FinishedSplits, progress.TotalSplits, progress.RowsRead, progress.BytesRead, progress.MemoryBytes);

    public static Messages.StatementInfo ToMessage(StatementEnd end)
    {
        var message = new Messages.StatementEnd { UpdateType = end.UpdateType ?? "", Settings = ToMessage(end.Settings) };
        if (end.UpdateCount is { } count)
            message.UpdateCount = count;
        return new Messages.StatementInfo { End = message };
    }

    public static StatementEnd FromMessage(Messages.StatementEnd end) => new(
        end.UpdateType.Length == 0 ? null : end.UpdateType,
        end.HasUpdateCount ? end.UpdateCount : null,
        FromMessage(end.Settings ?? new Messages.Settings()));

    private static StatementParameter FromMessage(Messages.Parameter parameter)
    {
        if (_values.DecodeHandle<Expression>("", parameter.Value.Span) is not ConstantExpression constant)
            throw new QueryException(ErrorCode.ProtocolViolation, "a parameter is not a value");
        return new StatementParameter(parameter.Name.Length == 0 ? null : parameter.Name, constant.ValueType, constant.Value);
    }

    private static Messages.Settings ToMessage(SessionSettings settings)
    {
        var message = new Messages.Settings
        {
            User = settings.User,
            Catalog = settings.Catalog,
            Schema = settings.Schema,
            TimeZone = settings.TimeZone,
            Transaction = settings.Transaction ?? "",
            Kept = settings.Kept ?? "",
        };
        foreach ((string name, string value) in settings.Properties)
            message.Properties.Add(name, value);
        foreach ((string name, string value) in settings.Prepared)
            message.Prepared.Add(name, value);
        return message;
    }

    private static SessionSettings FromMessage(Messages.Settings settings) => new(settings.User)
    {
        Catalog = settings.Catalog,
        Schema = settings.Schema,
        TimeZone = settings.TimeZone,
        Transaction = settings.Transaction.Length == 0 ? null : settings.Transaction,
        Kept = settings.Kept.Length == 0 ? null : settings.Kept,
        Properties = new Dictionary<string, string>(settings.Properties),
        Prepared = new Dictionary<string, string>(settings.Prepared),
    };
}
