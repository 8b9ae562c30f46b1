using QueryEngine.Client.Values;
using QueryEngine.Cluster.Statements;
using QueryEngine.Spi;
using QueryEngine.Sql;
using QueryEngine.Sql.Tree;

namespace QueryEngine.Client.Reading;

/// <summary>Picks the values that each statement of a command asks for.</summary>
internal sealed class StatementParameters(QueryEngineParameterCollection parameters)
{
    private int _positional;

    /// <summary>The values of a statement. Question marks go on counting through the statements of the command; <c>$1</c> always means the first.</summary>
    public ValueList<StatementParameter> Of(string statement)
    {
        var places = SqlParser.FindParameters(statement);
        if (places.Count == 0)
            return [];

        var values = new List<StatementParameter>();
        int lastIndex = 0;
        foreach (ParameterText place in places)
        {
            switch (place.Style)
            {
                case ParameterStyle.Question:
                    values.Add(ByPlace(_positional++));
                    break;
                case ParameterStyle.Indexed:
                    lastIndex = Math.Max(lastIndex, place.Index);
                    break;
                default:
                    if (values.TrueForAll(value => value.Name != place.Name) && ByName(place) is { } value)
                        values.Add(value);
                    break;
            }
        }

        for (int index = 0; index < lastIndex; index++)
            values.Add(ByPlace(index));
        return values.ToValueList();
    }

    private StatementParameter ByPlace(int index)
    {
        if (index >= parameters.Count)
            throw new InvalidOperationException($"the statement asks for {index + 1} parameters, and the command has {parameters.Count}");
        (SqlType type, object? value) = ParameterValue.Convert(parameters[index]);
        return new StatementParameter(null, type, value);
    }

    private StatementParameter? ByName(ParameterText place)
    {
        int index = parameters.IndexOf(place.Name!);
        if (index < 0 && place.Style == ParameterStyle.Colon)
            return null;
        if (index < 0)
            throw new InvalidOperationException($"the statement asks for parameter '@{place.Name}', which the command does not have");
        (SqlType type, object? value) = ParameterValue.Convert(parameters[index]);
        return new StatementParameter(place.Name, type, value);
    }
}
