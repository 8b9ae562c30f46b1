using QueryEngine.Spi;
using Xunit;

namespace QueryEngine.Connectors.TestKit;

/// <content>The manifest: what it declares is there, what it does not declare is not; and the properties.</content>
public abstract partial class ConnectorContractTests
{
    private ConnectorManifest Manifest => Subject.Factory.Manifest;

    [Fact]
    public void The_manifest_says_what_the_connector_is()
    {
        Assert.Matches("^[a-z][a-z0-9-]*$", Subject.Factory.Name);
        Assert.False(string.IsNullOrWhiteSpace(Manifest.Title));
        Assert.EndsWith(".", Manifest.Summary, StringComparison.Ordinal);
        Assert.Equal(Manifest.Capabilities.HasFlag(ConnectorCapabilities.Writes), Manifest.WriteGuarantee != WriteGuarantee.None);
        Assert.All(Manifest.UrlExamples, url => Assert.Contains(new Uri(url).Scheme, Subject.Factory.UrlSchemes));
    }

    [Theory]
    [InlineData(ConnectorCapabilities.Writes, typeof(ISupportsWrites))]
    [InlineData(ConnectorCapabilities.Definitions, typeof(ISupportsDdl))]
    [InlineData(ConnectorCapabilities.RowChanges, typeof(ISupportsRowChanges))]
    [InlineData(ConnectorCapabilities.Transactions, typeof(ISupportsTransactions))]
    [InlineData(ConnectorCapabilities.Lookup, typeof(ISupportsLookup))]
    [InlineData(ConnectorCapabilities.Streaming, typeof(ISupportsStreaming))]
    [InlineData(ConnectorCapabilities.AccessControl, typeof(ISupportsAccessControl))]
    [InlineData(ConnectorCapabilities.Paths, typeof(ISupportsPaths))]
    [InlineData(ConnectorCapabilities.InformationSchema, typeof(ISupportsInformationSchema))]
    public void Declared_capabilities_are_there_and_others_are_not(ConnectorCapabilities capability, Type type)
    {
        object? found = typeof(IConnector).GetMethod(nameof(IConnector.As))!.MakeGenericMethod(type).Invoke(Subject.Connector, null);

        Assert.Equal(Manifest.Capabilities.HasFlag(capability), found is not null);
    }

    [Fact]
    public void Declared_pushdown_and_place_are_those_of_the_connector()
    {
        Assert.Equal(Metadata.Pushdown, Metadata.Pushdown & Manifest.Pushdown);
        Assert.Equal(Subject.Connector.IsNodeLocal, Manifest.Capabilities.HasFlag(ConnectorCapabilities.NodeLocal));
    }

    [Fact]
    public async Task Declared_statistics_know_the_rows_roughly()
    {
        (TableHandle handle, IReadOnlyList<ColumnHandle> columns) = await OpenTableAsync();
        int rows = (await ReadAsync(handle, columns)).Count;

        TableStatistics statistics = await Metadata.GetStatisticsAsync(Session, handle, default);

        if (Manifest.Capabilities.HasFlag(ConnectorCapabilities.Statistics) && statistics.RowCount is { } count)
            Assert.InRange(count, rows / 2.0, rows * 2.0);
        else
            Assert.False(statistics.RowCount is not null && !Manifest.Capabilities.HasFlag(ConnectorCapabilities.Statistics), "statistics are there and not declared");
    }

    [Fact]
    public async Task Splits_agree_on_at_least_what_is_declared()
    {
        (TableHandle handle, _) = await OpenTableAsync();
        List<Split> splits = await SplitsAsync(handle, 4);

        Assert.All(splits, split => Assert.True(split.SizeInBytes >= 0));
        if (splits.Count > 1)
            Assert.All(splits, split => Assert.True(split.Consistency >= Manifest.ReadConsistency, $"a split promises {split.Consistency}"));
    }

    [Fact]
    public void Properties_are_described_and_accept_their_defaults()
    {
        foreach (PropertySpec property in Subject.Factory.Properties)
        {
            Assert.Matches("^[a-z][a-z0-9-]*$", property.Name);
            Assert.EndsWith(".", property.Description, StringComparison.Ordinal);
            Assert.True(property.Default is null || property.Accepts(property.Default), $"{property.Name} does not accept its default");
            Assert.Same(property, Assert.Single(Subject.Factory.Properties, other => other.Matches(property.Name)));
            Assert.Equal(property.Type == PropertyType.Choice, property.Choices.Count > 0);
        }
    }

    [Fact]
    public void Values_of_another_type_are_errors_that_name_the_property_and_show_no_secret()
    {
        foreach (PropertySpec property in Subject.Factory.Properties.Where(property => property.Type != PropertyType.Text))
        {
            QueryException error = Assert.Throws<QueryException>(
                () => PropertyBag.Check(Subject.Factory.Name, Subject.Factory.Properties, [new(property.Name, "no such value")]));

            Assert.Equal(ErrorCode.InvalidProperty, error.Code);
            Assert.Contains(property.Name, error.Message, StringComparison.Ordinal);
            Assert.NotNull(error.Hint);
            Assert.Equal(property.IsSecret, !error.Message.Contains("no such value", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Misspelled_properties_come_with_a_suggestion_and_doubled_ones_are_errors()
    {
        foreach (PropertySpec property in Subject.Factory.Properties.Where(property => property.Name.Length > 5))
        {
            QueryException misspelled = Assert.Throws<QueryException>(
                () => PropertyBag.Check(Subject.Factory.Name, Subject.Factory.Properties, [new(property.Name + "x", "1")]));
            Assert.Equal($"Did you mean '{property.Name}'?", misspelled.Hint);
        }

        foreach (PropertySpec property in Subject.Factory.Properties.Where(property => property.Aliases.Count > 0))
        {
            string value = property.Default ?? (property.Choices.Count > 0 ? property.Choices[0] : "1");
            QueryException doubled = Assert.Throws<QueryException>(
                () => PropertyBag.Check(Subject.Factory.Name, Subject.Factory.Properties, [new(property.Name, value), new(property.Aliases[0], value)]));
            Assert.Contains("twice", doubled.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Url_examples_are_read_into_properties_that_are_accepted()
    {
        foreach (string example in Manifest.UrlExamples)
        {
            Dictionary<string, string> properties = new(Subject.Factory.ParseUrl(new Uri(example)), StringComparer.OrdinalIgnoreCase);
            foreach (string table in (string[])["table", "schema", "query"])
                if (!Subject.Factory.Properties.Any(property => property.Matches(table)))
                    properties.Remove(table);
            PropertyBag.Check(Subject.Factory.Name, Subject.Factory.Properties, properties);
        }
    }
}
