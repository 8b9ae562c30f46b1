namespace QueryEngine.Connectors.Tpch.Generation;

/// <summary>The words of the TPC-H specification (clauses 4.2.2.13 and 4.2.2.14) with their weights.</summary>
internal static class Vocabulary
{
    public static readonly WordList Regions = WordList.Even("AFRICA|AMERICA|ASIA|EUROPE|MIDDLE EAST");

    public static readonly WordList Nations = WordList.Even(
        "ALGERIA|ARGENTINA|BRAZIL|CANADA|EGYPT|ETHIOPIA|FRANCE|GERMANY|INDIA|INDONESIA|IRAN|IRAQ|JAPAN|JORDAN|KENYA|" +
        "MOROCCO|MOZAMBIQUE|PERU|CHINA|ROMANIA|SAUDI ARABIA|VIETNAM|RUSSIA|UNITED KINGDOM|UNITED STATES");

    public static readonly WordList Segments = WordList.Even("AUTOMOBILE|BUILDING|FURNITURE|HOUSEHOLD|MACHINERY");

    public static readonly WordList Priorities = WordList.Even("1-URGENT|2-HIGH|3-MEDIUM|4-NOT SPECIFIED|5-LOW");

    public static readonly WordList Instructions =
        WordList.Even("DELIVER IN PERSON|COLLECT COD|TAKE BACK RETURN|NONE");

    public static readonly WordList Modes = WordList.Even("REG AIR|AIR|RAIL|TRUCK|MAIL|FOB|SHIP");

    public static readonly WordList Containers = WordList.Combined(
        "SM|LG|MED|JUMBO|WRAP", "CASE|BOX|BAG|JAR|PACK|PKG|CAN|DRUM");

    public static readonly WordList PartTypes = WordList.Combined(
        "STANDARD|SMALL|MEDIUM|LARGE|ECONOMY|PROMO",
        "ANODIZED|BURNISHED|PLATED|POLISHED|BRUSHED",
        "TIN|NICKEL|BRASS|STEEL|COPPER");

    public static readonly WordList Colors = WordList.Even(
        "almond|antique|aquamarine|azure|beige|bisque|black|blanched|blue|blush|brown|burlywood|burnished|chartreuse|" +
        "chiffon|chocolate|coral|cornflower|cornsilk|cream|cyan|dark|deep|dim|dodger|drab|firebrick|floral|forest|" +
        "frosted|gainsboro|ghost|goldenrod|green|grey|honeydew|hot|indian|ivory|khaki|lace|lavender|lawn|lemon|light|" +
        "lime|linen|magenta|maroon|medium|metallic|midnight|mint|misty|moccasin|navajo|navy|olive|orange|orchid|pale|" +
        "papaya|peach|peru|pink|plum|powder|puff|purple|red|rose|rosy|royal|saddle|salmon|sandy|seashell|sienna|sky|" +
        "slate|smoke|snow|spring|steel|tan|thistle|tomato|turquoise|violet|wheat|white|yellow");

    public static readonly WordList Nouns = WordList.Weighted(
        "packages=40|requests=40|accounts=40|deposits=40|foxes=20|ideas=20|theodolites=20|pinto beans=20|" +
        "instructions=20|dependencies=10|excuses=10|platelets=10|asymptotes=10|courts=5|dolphins=5|multipliers|" +
        "sauternes|warthogs|frets|dinos|attainments|somas|Tiresias|patterns|forges|braids|frays|warhorses|dugouts|" +
        "notornis|epitaphs|pearls|tithes|waters|orbits|gifts|sheaves|depths|sentiments|decoys|realms|pains|grouches|" +
        "escapades|hockey players");

    public static readonly WordList Verbs = WordList.Weighted(
        "sleep=20|wake=20|are=20|cajole=20|haggle=20|nag=10|use=10|boost=10|affix=5|detect=5|integrate=5|maintain|nod|" +
        "was|lose|sublate|solve|thrash|promise|engage|hinder|print|x-ray|breach|eat|grow|impress|mold|poach|serve|run|" +
        "dazzle|snooze|doze|unwind|kindle|play|hang|believe|doubt");

    public static readonly WordList Adjectives = WordList.Weighted(
        "special=20|pending=20|unusual=20|express=20|furious|sly|careful|blithe|quick|fluffy|slow|quiet|ruthless|thin|" +
        "close|dogged|daring|brave|stealthy|permanent|enticing|idle|busy|regular=50|final=40|ironic=40|even=30|" +
        "bold=20|silent=10");

    public static readonly WordList Adverbs = WordList.Weighted(
        "sometimes|always|never|furiously=50|slyly=50|carefully=50|blithely=40|quickly=30|fluffily=20|slowly|quietly|" +
        "ruthlessly|thinly|closely|doggedly|daringly|bravely|stealthily|permanently|enticingly|idly|busily|regularly|" +
        "finally|ironically|evenly|boldly|silently");

    public static readonly WordList Prepositions = WordList.Weighted(
        "about=50|above=50|according to=50|across=50|after=50|against=40|along=40|alongside of=30|among=30|around=20|" +
        "at=10|atop|before|behind|beneath|beside|besides|between|beyond|by|despite|during|except|for|from|in place of|" +
        "inside|instead of|into|near|of|on|outside|over|past|since|through|throughout|to|toward|under|until|up|upon|" +
        "whithout|with|within");

    public static readonly WordList Auxiliaries = WordList.Even(
        "do|may|might|shall|will|would|can|could|should|ought to|must|will have to|shall have to|could have to|" +
        "should have to|must have to|need to|try to");

    public static readonly WordList Terminators = WordList.Weighted(".=50|;|:|?|!|--");

    /// <summary>Sentence forms: noun phrase, verb phrase, prepositional phrase.</summary>
    public static readonly WordList Sentences = WordList.Weighted("NV=3|NVP=3|NVN=3|NPVN|NPVP");

    /// <summary>Noun phrase forms: noun, adjective, adverb; a comma follows the first of two adjectives.</summary>
    public static readonly WordList NounPhrases = WordList.Weighted("N=10|JN=20|J,JN=10|DJN=50");

    /// <summary>Verb phrase forms: verb, auxiliary, adverb.</summary>
    public static readonly WordList VerbPhrases = WordList.Weighted("V=30|XV|VD=40|XVD");
}
