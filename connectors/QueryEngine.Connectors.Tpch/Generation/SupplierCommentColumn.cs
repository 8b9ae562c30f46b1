namespace QueryEngine.Connectors.Tpch.Generation;

/// <summary>Comments of suppliers; about one in a thousand is made a complaint or a recommendation of customers.</summary>
internal sealed class SupplierCommentColumn(long first) : TextColumn
{
    private const int MinLength = 25;
    private const int RemarksPerTenThousand = 10;
    private const int ComplaintPercent = 50;

    private readonly CommentColumn _comments = new(new RandomStream(1341315363, 2, first), MinLength, 100);
    private readonly RandomStream _chosen = new(202794285, 1, first);
    private readonly RandomStream _kinds = new(753643799, 1, first);
    private readonly RandomStream _gaps = new(263032577, 1, first);
    private readonly RandomStream _places = new(715851524, 1, first);

    public override int MaxLength => _comments.MaxLength;

    private static ReadOnlySpan<byte> Opening => "Customer "u8;

    private static ReadOnlySpan<byte> Complaint => "Complaints"u8;

    private static ReadOnlySpan<byte> Recommendation => "Recommends"u8;

    public override void Fill(RowWindow window, Span<int> offsets, Span<byte> bytes)
    {
        _comments.Fill(window, offsets, bytes);

        for (int row = 0; row < window.RowCount; row++)
        {
            int chosen = 1 + Draw(_chosen, 10_000);
            int kind = Draw(_kinds, 101);
            uint gap = Lehmer.Next(_gaps.TakeGroup());
            uint place = Lehmer.Next(_places.TakeGroup());
            if (chosen <= RemarksPerTenThousand)
                WriteRemark(bytes[offsets[row]..offsets[row + 1]], kind < ComplaintPercent, gap, place);
        }
    }

    /// <summary>Overwrites two stretches of the comment, some bytes apart.</summary>
    private static void WriteRemark(Span<byte> comment, bool complains, uint gapState, uint placeState)
    {
        int free = comment.Length - Opening.Length - Complaint.Length;
        int gap = Lehmer.ScaleSmall(gapState, (uint)(free + 1));
        int place = Lehmer.ScaleSmall(placeState, (uint)(free - gap + 1));
        Opening.CopyTo(comment[place..]);
        (complains ? Complaint : Recommendation).CopyTo(comment[(place + Opening.Length + gap)..]);
    }

    private static int Draw(RandomStream stream, uint range) => Lehmer.ScaleSmall(Lehmer.Next(stream.TakeGroup()), range);
}
