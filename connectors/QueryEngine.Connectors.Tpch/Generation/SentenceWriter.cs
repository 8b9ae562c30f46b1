using System.Text;

namespace QueryEngine.Connectors.Tpch.Generation;

/// <summary>Writes the pseudo-English sentences of the specification's text grammar (clause 4.2.2.14).</summary>
internal sealed class SentenceWriter
{
    /// <summary>Bytes that no sentence reaches, the slack of its last word included.</summary>
    public const int MaxSentence = 384;

    private static readonly PaddedWords _nouns = new(Vocabulary.Nouns, " ");
    private static readonly PaddedWords _verbs = new(Vocabulary.Verbs, " ");
    private static readonly PaddedWords _adjectives = new(Vocabulary.Adjectives, " ");
    private static readonly PaddedWords _adverbs = new(Vocabulary.Adverbs, " ");
    private static readonly PaddedWords _auxiliaries = new(Vocabulary.Auxiliaries, " ");
    private static readonly PaddedWords _prepositions = new(Vocabulary.Prepositions, " the ");
    private static readonly PaddedWords _terminators = new(Vocabulary.Terminators, " ");

    private readonly byte[] _text;
    private int _position;

    /// <summary>Creates a writer on a buffer.</summary>
    /// <param name="text">Where sentences go; needs <see cref="MaxSentence"/> bytes left before each.</param>
    /// <param name="position">Where the first sentence starts.</param>
    /// <param name="state">The random state before the first sentence.</param>
    public SentenceWriter(byte[] text, int position, uint state)
    {
        _text = text;
        _position = position;
        State = state;
    }

    /// <summary>The random state before the next sentence.</summary>
    public uint State { get; private set; }

    /// <summary>Writes one sentence with its terminator and a blank.</summary>
    /// <returns>The position after it.</returns>
    public int WriteSentence()
    {
        foreach (char phrase in Pick(Vocabulary.Sentences))
        {
            if (phrase == 'V')
            {
                WriteVerbPhrase();
                continue;
            }

            if (phrase == 'P')
                Write(_prepositions);
            WriteNounPhrase();
        }

        _position--; // the terminator takes the place of the last blank
        Write(_terminators);
        return _position;
    }

    private void WriteNounPhrase()
    {
        foreach (char token in Pick(Vocabulary.NounPhrases))
        {
            switch (token)
            {
                case 'N':
                    Write(_nouns);
                    break;
                case 'J':
                    Write(_adjectives);
                    break;
                case 'D':
                    Write(_adverbs);
                    break;
                default:
                    _text[_position - 1] = (byte)',';
                    _text[_position++] = (byte)' ';
                    break;
            }
        }
    }

    private void WriteVerbPhrase()
    {
        foreach (char token in Pick(Vocabulary.VerbPhrases))
            Write(token == 'V' ? _verbs : token == 'D' ? _adverbs : _auxiliaries);
    }

    private string Pick(WordList forms)
    {
        State = Lehmer.Next(State);
        return forms.Words[forms.Pick(State)];
    }

    private void Write(PaddedWords words)
    {
        State = Lehmer.Next(State);
        _position += words.CopyTo(words.List.Pick(State), _text.AsSpan(_position, PaddedWords.SlotSize));
    }

    /// <summary>Words with what follows them, each in a slot of fixed size, so that copying one needs no loop.</summary>
    private sealed class PaddedWords
    {
        public const int SlotSize = 32;

        private readonly byte[] _slots;
        private readonly int[] _lengths;

        public PaddedWords(WordList list, string suffix)
        {
            List = list;
            _slots = new byte[list.Words.Count * SlotSize];
            _lengths = new int[list.Words.Count];
            for (int word = 0; word < _lengths.Length; word++)
                _lengths[word] = Encoding.ASCII.GetBytes(list.Words[word] + suffix, _slots.AsSpan(word * SlotSize));
        }

        public WordList List { get; }

        public int CopyTo(int word, Span<byte> slot)
        {
            _slots.AsSpan(word * SlotSize, SlotSize).CopyTo(slot);
            return _lengths[word];
        }
    }
}
