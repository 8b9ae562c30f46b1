using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Json;
using QueryEngine.Functions.Scalar;
using QueryEngine.Spi;

namespace QueryEngine.Functions.TextSearch;

/// <summary>Reads and writes the values of text search.</summary>
internal static class TextSearchRows
{
    /// <summary>The configuration that a call names first, or English.</summary>
    public static TextConfiguration Configuration(this in RowCall call, int arguments) =>
        call.Count < arguments ? TextConfiguration.English : TextConfiguration.Find(call.Text(0));

    /// <summary>A document.</summary>
    public static TsVector Vector(this in RowCall call, int argument) => TsVector.Parse(call.Text(argument));

    /// <summary>A query.</summary>
    public static TsQuery? Query(this in RowCall call, int argument) => TsQueryParser.Parse(call.Text(argument));

    /// <summary>Gives a value as its text.</summary>
    public static void Give(this in RowCall call, object? value) => call.Append((value?.ToString() ?? "").AsSpan());
}

[ScalarFunction("to_tsvector", "The words of a text, or of the texts in json, with the places where they stand; in English without stop words and by their stems, or in lower case by 'simple'.")]
[Example("to_tsvector('The fat cats ate rats')", "'ate':4 'cat':3 'fat':2 'rat':5")]
[Example("to_tsvector('simple', 'The Cats')", "'cats':2 'the':1")]
[Example("to_tsvector('nowhere', 'a')", "error 42704")]
internal sealed class ToVectorOverload() : RowOverload("varchar -> tsvector | varchar, varchar -> tsvector | json -> tsvector | jsonb -> tsvector | varchar, json -> tsvector | varchar, jsonb -> tsvector")
{
    protected internal override void Invoke(in RowCall call)
    {
        TextConfiguration configuration = call.Configuration(2);
        call.Give(call[call.Count - 1].Type is JsonType
            ? JsonTextSearch.ToVector(configuration, call.Json(call.Count - 1), JsonParts.Strings)
            : configuration.ToVector(call.Text(call.Count - 1)));
    }
}

[ScalarFunction("json_to_tsvector", "The words of parts of json: of \"string\", \"numeric\", \"boolean\", \"key\" or \"all\", one or several of these in an array.", Aliases = ["jsonb_to_tsvector"])]
[Example("json_to_tsvector('{\"a\": \"aaa in bbb\", \"b\": 123}', '[\"string\", \"numeric\"]')", "'123':5 'aaa':1 'bbb':3")]
[Example("json_to_tsvector('{}', '\"none\"')", "error 22023")]
internal sealed class JsonToVectorOverload() : RowOverload("json, jsonb -> tsvector | jsonb, jsonb -> tsvector | varchar, json, jsonb -> tsvector | varchar, jsonb, jsonb -> tsvector")
{
    protected internal override void Invoke(in RowCall call) =>
        call.Give(JsonTextSearch.ToVector(call.Configuration(3), call.Json(call.Count - 2), JsonTextSearch.PartsOf(call.Json(call.Count - 1))));
}

[ScalarFunction("to_tsquery", "A query of words with &, |, !, <-> and parentheses.")]
[Example("to_tsquery('The & Fat & Rats')", "'fat' & 'rat'")]
[Example("to_tsquery('fat & (')", "error 42601")]
internal sealed class ToQueryOverload() : RowOverload("varchar -> tsquery | varchar, varchar -> tsquery")
{
    protected internal override void Invoke(in RowCall call) => call.Give(call.Configuration(2).ToQuery(call.Text(call.Count - 1)));
}

[ScalarFunction("plainto_tsquery", "A query that asks for all words of a text.")]
[Example("plainto_tsquery('The Fat Rats')", "'fat' & 'rat'")]
internal sealed class PlainToQueryOverload() : RowOverload("varchar -> tsquery | varchar, varchar -> tsquery")
{
    protected internal override void Invoke(in RowCall call) =>
        call.Give(call.Configuration(2).Join(call.Text(call.Count - 1), '&') is { } all ? TsQueryParser.Clean(all).Node : null);
}

[ScalarFunction("phraseto_tsquery", "A query that asks for the words of a text one after the other.")]
[Example("phraseto_tsquery('The Fat and Rats')", "'fat' <2> 'rat'")]
internal sealed class PhraseToQueryOverload() : RowOverload("varchar -> tsquery | varchar, varchar -> tsquery")
{
    protected internal override void Invoke(in RowCall call) =>
        call.Give(call.Configuration(2).Join(call.Text(call.Count - 1), TsPair.Phrase) is { } all ? TsQueryParser.Clean(all).Node : null);
}

[ScalarFunction("websearch_to_tsquery", "A query as people write them: words, \"phrases\", or, and - before what must not be there.")]
[Example("websearch_to_tsquery('\"supernovae stars\" -crab')", "'supernova' <-> 'star' & !'crab'")]
internal sealed class WebToQueryOverload() : RowOverload("varchar -> tsquery | varchar, varchar -> tsquery")
{
    protected internal override void Invoke(in RowCall call) => call.Give(call.Configuration(2).ToWebQuery(call.Text(call.Count - 1)));
}

[ScalarFunction("$ts_match", "Whether a document matches a query.", Aliases = ["ts_match_vq"])]
internal sealed class TextMatchOverload() : RowOverload("tsvector, tsquery -> boolean | tsquery, tsvector -> boolean")
{
    protected internal override void Invoke(in RowCall call)
    {
        int vector = call[0].Type.Kind == TypeKind.TsVector ? 0 : 1;
        call.Append(TsMatch.IsMatch(call.Vector(vector), call.Query(1 - vector)));
    }
}

[ScalarFunction("$text_match", "Whether a text matches a query.")]
internal sealed class PlainTextMatchOverload() : RowOverload("varchar, tsquery -> boolean | varchar, varchar -> boolean")
{
    protected internal override void Invoke(in RowCall call)
    {
        TsQuery? query = call[1].Type.Kind == TypeKind.TsQuery ? call.Query(1) : TextConfiguration.English.Join(call.Text(1), '&') is { } all ? TsQueryParser.Clean(all).Node : null;
        call.Append(TsMatch.IsMatch(TextConfiguration.English.ToVector(call.Text(0)), query));
    }
}

[ScalarFunction("tsquery", "A query of words as they stand.")]
[Example("tsquery('fat & (cat | rat)')", "'fat' & ( 'cat' | 'rat' )")]
internal sealed class QueryOverload() : RowOverload("varchar -> tsquery")
{
    protected internal override void Invoke(in RowCall call) => call.Give(call.Query(0));
}

[ScalarFunction("tsvector", "A document of words as they stand.")]
[Example("tsvector('a:1A fat:2 a:3')", "'a':1A,3 'fat':2")]
internal sealed class VectorOverload() : RowOverload("varchar -> tsvector")
{
    protected internal override void Invoke(in RowCall call) => call.Give(call.Vector(0));
}

[ScalarFunction("numnode", "The number of words and operators of a query.")]
[Example("numnode(to_tsquery('fat & rat | cat'))", "5")]
internal sealed class NumNodeOverload() : RowOverload("tsquery -> integer")
{
    protected internal override void Invoke(in RowCall call) => call.Append(call.Query(0)?.NodeCount ?? 0);
}

[ScalarFunction("strip", "The words of a document without their places.")]
[Example("strip(tsvector('fat:2,4 cat:3 rat:5A'))", "'cat' 'fat' 'rat'")]
internal sealed class StripOverload() : RowOverload("tsvector -> tsvector")
{
    protected internal override void Invoke(in RowCall call)
    {
        var stripped = new TsVector();
        foreach (string word in call.Vector(0).Words.Keys)
            stripped.Add(word);
        call.Give(stripped);
    }
}

[ScalarFunction("setweight", "A document whose words, or some of them, have another weight.")]
[Example("setweight(tsvector('fat:2,4 cat:3 rat:5B'), 'A')", "'cat':3A 'fat':2A,4A 'rat':5A")]
[Example("setweight(tsvector('fat:2,4 cat:3'), 'A', ARRAY['cat'])", "'cat':3A 'fat':2,4")]
[Example("setweight(tsvector('fat:2'), 'E')", "error 22023")]
internal sealed class SetWeightOverload() : RowOverload("tsvector, varchar -> tsvector | tsvector, varchar, array(varchar) -> tsvector")
{
    protected internal override void Invoke(in RowCall call)
    {
        string letter = call.Text(1).ToUpperInvariant();
        int weight = letter is [>= 'A' and <= 'D'] ? 'D' - letter[0] : throw new QueryException(ErrorCode.InvalidParameterValue, $"unrecognized weight: \"{call.Text(1)}\"", "Weights are A, B, C and D.");
        HashSet<string?>? chosen = call.Count == 3 ? [.. call.Texts(2)] : null;
        var weighed = new TsVector();
        foreach ((string word, SortedDictionary<int, int> places) in call.Vector(0).Words)
        {
            weighed.Add(word);
            foreach ((int position, int old) in places)
                weighed.Add(word, position, chosen is null || chosen.Contains(word) ? weight : old);
        }

        call.Give(weighed);
    }
}

[ScalarFunction("ts_delete", "A document without a word, or without several.")]
[Example("ts_delete(tsvector('fat:2,4 cat:3 rat:5A'), 'fat')", "'cat':3 'rat':5A")]
[Example("ts_delete(tsvector('fat:2,4 cat:3 rat:5A'), ARRAY['fat', 'rat'])", "'cat':3")]
internal sealed class TextDeleteOverload() : RowOverload("tsvector, varchar -> tsvector | tsvector, array(varchar) -> tsvector")
{
    protected internal override void Invoke(in RowCall call)
    {
        TsVector vector = call.Vector(0);
        foreach (string? word in call[1].Type is ArrayType ? call.Texts(1) : [call.Text(1)])
            if (word is not null)
                vector.Remove(word);
        call.Give(vector);
    }
}

[ScalarFunction("ts_filter", "A document with those places only that have one of some weights.")]
[Example("ts_filter(tsvector('fat:2,4 cat:3B rat:5A'), ARRAY['a', 'b'])", "'cat':3B 'rat':5A")]
internal sealed class TextFilterOverload() : RowOverload("tsvector, array(varchar) -> tsvector")
{
    protected internal override void Invoke(in RowCall call)
    {
        HashSet<int> kept = [.. call.Texts(1).Select(letter => letter?.ToUpperInvariant() is [>= 'A' and <= 'D' and var one]
            ? 'D' - one : throw new QueryException(ErrorCode.InvalidParameterValue, $"unrecognized weight: \"{letter}\"", "Weights are A, B, C and D."))];
        var filtered = new TsVector();
        foreach ((string word, SortedDictionary<int, int> places) in call.Vector(0).Words)
            foreach ((int position, int weight) in places)
                if (kept.Contains(weight))
                    filtered.Add(word, position, weight);
        call.Give(filtered);
    }
}

[ScalarFunction("length", "The number of words of a document.")]
[Example("length(tsvector('fat:2,4 cat:3'))", "2")]
internal sealed class VectorLengthOverload() : RowOverload("tsvector -> integer")
{
    protected internal override void Invoke(in RowCall call) => call.Append(call.Vector(0).Words.Count);
}

[ScalarFunction("tsvector_to_array", "The words of a document.")]
[Example("tsvector_to_array(tsvector('fat:2,4 cat:3'))", "[cat, fat]")]
internal sealed class VectorToArrayOverload() : RowOverload("tsvector -> array(varchar)")
{
    protected internal override void Invoke(in RowCall call) => call.Result.AppendBoxed(call.Vector(0).Words.Keys.Select(word => (object?)word).ToValueList());
}

[ScalarFunction("tsvector_concat", "Two documents one after the other.")]
[Example("tsvector_concat(tsvector('a:1 b:2'), tsvector('c:1 b:2'))", "'a':1 'b':2,4 'c':3")]
internal class VectorConcatOverload() : RowOverload("tsvector, tsvector -> tsvector")
{
    protected internal override void Invoke(in RowCall call)
    {
        TsVector first = call.Vector(0);
        int offset = first.LastPosition;
        foreach ((string word, SortedDictionary<int, int> places) in call.Vector(1).Words)
        {
            first.Add(word);
            foreach ((int position, int weight) in places)
                first.Add(word, position + offset, weight);
        }

        call.Give(first);
    }
}

[ScalarFunction("$concat", "Two documents one after the other.")]
internal sealed class VectorConcatOperator : VectorConcatOverload;

[ScalarFunction("tsquery_and", "A query that asks for both of two others.")]
[Example("tsquery_and(tsquery('a'), tsquery('b | c'))", "'a' & ( 'b' | 'c' )")]
internal sealed class QueryAndOverload() : QueryPairOverload('&');

[ScalarFunction("tsquery_or", "A query that asks for one of two others.")]
[Example("tsquery_or(tsquery('a & d'), tsquery('b'))", "'a' & 'd' | 'b'")]
internal class QueryOrOverload() : QueryPairOverload('|');

[ScalarFunction("$concat", "A query that asks for one of two others.")]
internal sealed class QueryOrOperator : QueryOrOverload;

[ScalarFunction("tsquery_not", "A query that asks for what another does not.")]
[Example("tsquery_not(tsquery('a & b'))", "!( 'a' & 'b' )")]
internal sealed class QueryNotOverload() : RowOverload("tsquery -> tsquery")
{
    protected internal override void Invoke(in RowCall call) => call.Give(call.Query(0) is { } query ? new TsNot(query) : null);
}

/// <summary>Two queries joined.</summary>
internal abstract class QueryPairOverload(char symbol) : RowOverload("tsquery, tsquery -> tsquery")
{
    protected internal override void Invoke(in RowCall call)
    {
        (TsQuery? left, TsQuery? right) = (call.Query(0), call.Query(1));
        call.Give(left is null ? right : right is null ? left : new TsPair(left, right, symbol));
    }
}

[ScalarFunction("tsquery_phrase", "A query that asks for two others one after the other, or so many words apart.")]
[Example("tsquery_phrase(to_tsquery('fat'), to_tsquery('cat'), 10)", "'fat' <10> 'cat'")]
internal sealed class QueryPhraseOverload() : RowOverload("tsquery, tsquery -> tsquery | tsquery, tsquery, integer -> tsquery")
{
    protected internal override void Invoke(in RowCall call)
    {
        int distance = call.Count == 3 ? call.Int(2) : 1;
        if (distance is < 0 or > TsVector.MaxPosition)
            throw new QueryException(ErrorCode.InvalidParameterValue, $"a distance in a phrase is from 0 to {TsVector.MaxPosition}, not {distance}");
        (TsQuery? left, TsQuery? right) = (call.Query(0), call.Query(1));
        call.Give(left is null ? right : right is null ? left : new TsPair(left, right, TsPair.Phrase, distance));
    }
}

[ScalarFunction("ts_rank", "How well a document matches a query, by how often and where words stand.")]
[Example("round(CAST(ts_rank(to_tsvector('fat cats ate rats'), to_tsquery('cat | dog')) AS decimal(10, 6)), 4)", "0.030400")]
internal sealed class TextRankOverload() : RowOverload("tsvector, tsquery -> real | tsvector, tsquery, integer -> real | array(real), tsvector, tsquery -> real | array(real), tsvector, tsquery, integer -> real")
{
    protected internal override void Invoke(in RowCall call)
    {
        int at = call[0].Type is ArrayType ? 1 : 0;
        float[] weights = TextRank.DefaultWeights;
        if (at == 1)
        {
            ArrayRow row = call.Array(0);
            var values = ((FixedWidthVector<float>)row.Elements).Values;
            weights = row.Length >= 4 ? values.Slice(row.Start, 4).ToArray() : throw new QueryException(ErrorCode.InvalidParameterValue, "the array of weights has four numbers");
        }

        int normalization = call.Count - at == 3 ? call.Int(at + 2) : 0;
        ((FixedWidthBuilder<float>)call.Result).Append(TextRank.Of(weights, call.Vector(at), call.Query(at + 1), normalization));
    }
}

[ScalarFunction("ts_headline", "A part of a text, or of the texts in json, with the words of a query marked.")]
[Example("ts_headline('The fat cats ate rats', to_tsquery('cat & rat'))", "The fat <b>cats</b> ate <b>rats</b>")]
[Example("ts_headline('fat cats', to_tsquery('cat'), 'StartSel = [, StopSel = ]')", "fat [cats]")]
internal sealed class TextHeadlineOverload() : RowOverload(
    "varchar, tsquery -> varchar | varchar, tsquery, varchar -> varchar | varchar, varchar, tsquery -> varchar | varchar, varchar, tsquery, varchar -> varchar"
    + " | json, tsquery -> json | json, tsquery, varchar -> json | varchar, json, tsquery -> json | varchar, json, tsquery, varchar -> json"
    + " | jsonb, tsquery -> jsonb | jsonb, tsquery, varchar -> jsonb | varchar, jsonb, tsquery -> jsonb | varchar, jsonb, tsquery, varchar -> jsonb")
{
    protected internal override void Invoke(in RowCall call)
    {
        int at = call[1].Type.Kind == TypeKind.TsQuery ? 0 : 1;
        TextConfiguration configuration = at == 0 ? TextConfiguration.English : TextConfiguration.Find(call.Text(0));
        var headline = new Headline(configuration, call.Query(at + 1), call.Count > at + 2 ? call.Text(at + 2) : "");
        if (call[at].Type is JsonType type)
            call.Append(JsonText.Write(JsonTextSearch.Map(call.Json(at), headline.Of), type.IsNormal ? JsonStyle.Spaced : JsonStyle.Compact).AsSpan());
        else
            call.Append(headline.Of(call.Text(at)).AsSpan());
    }
}
