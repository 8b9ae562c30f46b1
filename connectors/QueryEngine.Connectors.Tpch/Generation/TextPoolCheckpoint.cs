namespace QueryEngine.Connectors.Tpch.Generation;

/// <summary>Where text generation stands at the start of a segment of the pool, so that any segment can be made first.</summary>
/// <param name="State">The random state before the sentence that covers the segment's first byte.</param>
/// <param name="Lead">How many bytes of that sentence belong to the segment before.</param>
internal readonly record struct TextPoolCheckpoint(uint State, int Lead)
{
    /// <summary>The checkpoint of a segment, from the table below.</summary>
    public static TextPoolCheckpoint Of(int segment) => new(States[segment], Leads[segment]);

    private static ReadOnlySpan<uint> States =>
    [
        933588178, 830312643, 685216955, 2133606128, 169594506, 1101687854, 2066844142, 49290919,
        1887121926, 1082530586, 240911102, 531866250, 882154468, 1778326553, 1749348868, 1686337204,
        177590110, 633108686, 1269421725, 868340762, 1810614178, 64411905, 110500878, 586204230,
        1269476964, 1672239658, 1834678949, 1064536519, 626426288, 410130912, 956984388, 1684406772,
        2054894560, 1721297713, 1441311901, 218988476, 1685535574, 1407526272, 1561863373, 1043897968,
        102213917, 1247114337, 2092650459, 1430012338, 1403319125, 594620530, 890038632, 2071054656,
        486005315, 1326985491, 1019395635, 966466289, 1105302734, 2099611761, 2086655320, 327606250,
        2106684243, 1096095326, 1887527047, 1268138016, 1201558102, 1116947333, 204041764, 218412286,
        1578257768, 995343550, 1624411188, 1830309661, 648540712, 659267331, 1686294493, 1169124173,
        352418107, 547813158, 1564393506,
    ];

    private static ReadOnlySpan<byte> Leads =>
    [
        0, 72, 17, 67, 70, 18, 15, 0, 22, 14, 56, 43, 38, 48, 6, 48, 27, 46, 30, 51,
        42, 12, 34, 86, 13, 42, 28, 34, 24, 68, 13, 24, 68, 41, 4, 10, 30, 41, 30, 28,
        62, 35, 38, 45, 74, 20, 8, 39, 39, 38, 21, 10, 52, 18, 14, 67, 8, 52, 54, 43,
        38, 26, 72, 37, 18, 56, 6, 58, 50, 21, 48, 62, 17, 24, 23,
    ];
}
