using QueryEngine.Analysis;
using QueryEngine.Cluster.Statements;
using QueryEngine.Metadata.Sessions;
using QueryEngine.Spi;

namespace QueryEngine;

/// <summary>Sessions travel as settings: these open one for a statement and read it back afterwards.</summary>
internal static class Sessions
{
    /// <summary>A session with a client's settings.</summary>
    public static Session Open(SessionSettings settings, QueryIdSource ids, TimeProvider time)
    {
        var session = new Session(settings.User, ids, time);
        session.Use(settings.Catalog, settings.Schema);
        session.SetTimeZone(settings.TimeZone);
        session.SetTransaction(settings.Transaction);
        session.SetKept(settings.Kept);
        foreach ((string name, string value) in settings.Properties)
            session.SetProperty(name, value);
        foreach ((string name, string text) in settings.Prepared)
            session.Prepare(name, text);
        return session;
    }

    /// <summary>The settings that the client goes on with.</summary>
    public static SessionSettings SettingsOf(Session session) => new(session.User)
    {
        Catalog = session.Catalog,
        Schema = session.Schema,
        TimeZone = session.TimeZone,
        Transaction = session.Transaction,
        Kept = session.Kept,
        Properties = session.Properties.Values,
        Prepared = session.Prepared,
    };

    /// <summary>Parameters as analysis takes them.</summary>
    public static Parameters ParametersOf(ValueList<StatementParameter> parameters) => new()
    {
        Positional = [.. parameters.Where(parameter => parameter.Name is null).Select(parameter => new ParameterValue(parameter.Value, parameter.Type))],
        Named = parameters.Where(parameter => parameter.Name is not null)
            .ToDictionary(parameter => parameter.Name!, parameter => new ParameterValue(parameter.Value, parameter.Type), StringComparer.OrdinalIgnoreCase),
    };
}
