using System.Globalization;

namespace QueryEngine.Cluster.Tasks;

/// <summary>One attempt at one partition of a stage of a query. Stages have the numbers of their fragments.</summary>
internal readonly record struct TaskId(string Query, int Stage, int Partition, int Attempt)
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Query}.{Stage}.{Partition}.{Attempt}");
}
