using System.Text;

namespace QueryEngine.Connectors.Tpch.Generation;

/// <summary>Comments: stretches of the text pool.</summary>
internal sealed class CommentColumn(RandomStream stream, int minLength, int maxLength) : TextColumn
{
    private uint[] _states = [];

    public override int MaxLength => maxLength;

    public override void Fill(RowWindow window, Span<int> offsets, Span<byte> bytes)
    {
        Span<uint> states = Scratch.Take(ref _states, window.RowCount * 2);
        stream.Draw(window, 2, states);

        int position = 0;
        for (int row = 0; row < window.RowCount; row++)
        {
            int start = (int)Lehmer.Scale(states[row * 2], TextPool.Size - maxLength + 1);
            int length = minLength + Lehmer.ScaleSmall(states[(row * 2) + 1], (uint)(maxLength - minLength + 1));
            offsets[row] = position;
            TextPool.Shared.Slice(start, length).CopyTo(bytes[position..]);
            position += length;
        }

        offsets[window.RowCount] = position;
    }
}

/// <summary>A tag and a key of at least nine digits: <c>Customer#000000001</c>.</summary>
internal sealed class NumberedColumn(string tag, LongColumn numbers) : TextColumn
{
    private const int Digits = 9;
    private const int MaxDigits = 19;

    private readonly byte[] _tag = Encoding.ASCII.GetBytes(tag);
    private long[] _numbers = [];

    public override int MaxLength => _tag.Length + MaxDigits;

    public override void Fill(RowWindow window, Span<int> offsets, Span<byte> bytes)
    {
        Span<long> values = Scratch.Take(ref _numbers, window.RowCount);
        numbers.Fill(window, values);

        int position = 0;
        for (int row = 0; row < values.Length; row++)
        {
            offsets[row] = position;
            _tag.CopyTo(bytes[position..]);
            position += _tag.Length;
            position += DecimalText.WriteAtLeast(Digits, values[row], bytes[position..]);
        }

        offsets[values.Length] = position;
    }
}

/// <summary>Addresses: 10 to 40 random characters out of 64, six bits of a draw each.</summary>
internal sealed class AddressColumn(RandomStream stream) : TextColumn
{
    /// <summary>Draws that an address owns: its length and one for every five characters.</summary>
    public const int Draws = 9;

    private const int MinLength = 10;
    private const int CharactersPerDraw = 5;
    private const double CharacterRange = int.MinValue; // the reference generator's range 0 .. 2^31-1 overflows to this

    public override int MaxLength => 40;

    private static ReadOnlySpan<byte> Alphabet => "0123456789abcdefghijklmnopqrstuvwxyz ABCDEFGHIJKLMNOPQRSTUVWXYZ,"u8;

    public override void Fill(RowWindow window, Span<int> offsets, Span<byte> bytes)
    {
        int position = 0;
        for (int row = 0; row < window.RowCount; row++)
        {
            offsets[row] = position;
            uint state = Lehmer.Next(stream.TakeGroup());
            int length = MinLength + Lehmer.ScaleSmall(state, (uint)(MaxLength - MinLength + 1));
            long bits = 0;
            for (int character = 0; character < length; character++)
            {
                if (character % CharactersPerDraw == 0)
                {
                    state = Lehmer.Next(state);
                    bits = Lehmer.Scale(state, CharacterRange);
                }

                bytes[position++] = Alphabet[(int)(bits & 63)];
                bits >>= 6;
            }
        }

        offsets[window.RowCount] = position;
    }
}

/// <summary>Telephone numbers: the nation's country code and three random numbers, <c>25-989-741-2988</c>.</summary>
internal sealed class PhoneColumn(RandomStream stream, SharedIntColumn nations) : TextColumn
{
    /// <summary>Draws that a telephone number owns.</summary>
    public const int Draws = 3;

    private const int FirstCountryCode = 10;

    private uint[] _states = [];

    public override int MaxLength => 15;

    public override void Fill(RowWindow window, Span<int> offsets, Span<byte> bytes)
    {
        ReadOnlySpan<int> countries = nations.Values(window);
        Span<uint> states = Scratch.Take(ref _states, window.RowCount * Draws);
        stream.Draw(window, Draws, states);

        for (int row = 0; row < window.RowCount; row++)
        {
            offsets[row] = row * MaxLength;
            Span<byte> phone = bytes.Slice(row * MaxLength, MaxLength);
            ReadOnlySpan<uint> draws = states.Slice(row * Draws, Draws);
            DecimalText.Write(FirstCountryCode + countries[row], phone[..2]);
            phone[2] = (byte)'-';
            DecimalText.Write(100 + Lehmer.ScaleSmall(draws[0], 900), phone[3..6]);
            phone[6] = (byte)'-';
            DecimalText.Write(100 + Lehmer.ScaleSmall(draws[1], 900), phone[7..10]);
            phone[10] = (byte)'-';
            DecimalText.Write(1000 + Lehmer.ScaleSmall(draws[2], 9000), phone[11..]);
        }

        offsets[window.RowCount] = window.RowCount * MaxLength;
    }
}

/// <summary>Names of parts: five different colors in random order.</summary>
internal sealed class PartNameColumn(RandomStream stream) : TextColumn
{
    /// <summary>Draws that a name owns: the reference generator shuffles all 92 colors.</summary>
    public const int Draws = 92;

    private const int WordsPerName = 5;

    private static readonly byte[][] _colors = [.. Vocabulary.Colors.Words.Select(Encoding.ASCII.GetBytes)];

    public override int MaxLength => (WordsPerName * 11) - 1;

    public override void Fill(RowWindow window, Span<int> offsets, Span<byte> bytes)
    {
        Span<byte> order = stackalloc byte[Draws];
        Span<int> swaps = stackalloc int[WordsPerName];
        for (int color = 0; color < Draws; color++)
            order[color] = (byte)color;

        int position = 0;
        for (int row = 0; row < window.RowCount; row++)
        {
            offsets[row] = position;
            uint state = stream.TakeGroup();
            for (int word = 0; word < WordsPerName; word++)
            {
                state = Lehmer.Next(state);
                swaps[word] = word + Lehmer.ScaleSmall(state, (uint)(Draws - word));
                (order[word], order[swaps[word]]) = (order[swaps[word]], order[word]);

                byte[] color = _colors[order[word]];
                color.CopyTo(bytes[position..]);
                position += color.Length;
                if (word < WordsPerName - 1)
                    bytes[position++] = (byte)' ';
            }

            for (int word = WordsPerName - 1; word >= 0; word--)
                (order[word], order[swaps[word]]) = (order[swaps[word]], order[word]);
        }

        offsets[window.RowCount] = position;
    }
}

/// <summary>Writes numbers as decimal digits.</summary>
internal static class DecimalText
{
    /// <summary>Fills <paramref name="target"/> with the number, zeros in front.</summary>
    public static void Write(long number, Span<byte> target)
    {
        for (int digit = target.Length - 1; digit >= 0; digit--)
        {
            (number, long value) = Math.DivRem(number, 10);
            target[digit] = (byte)('0' + value);
        }
    }

    /// <summary>Writes the number with zeros in front up to a number of digits, and with more digits if it has more.</summary>
    /// <returns>The number of digits written.</returns>
    public static int WriteAtLeast(int digits, long number, Span<byte> target)
    {
        for (long limit = 1_000_000_000; number >= limit; limit *= 10)
            digits++;
        Write(number, target[..digits]);
        return digits;
    }
}
