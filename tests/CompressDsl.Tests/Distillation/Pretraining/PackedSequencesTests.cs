using static TorchSharp.torch;

namespace CompressDsl.Tests;

[Collection(nameof(GlobalRandomNumbers))]
public sealed class PackedSequencesTests
{
    private static readonly PackingOptions Options = new() { Length = 4, BatchSize = 2, Separator = 0 };

    [Fact]
    public void Documents_stand_end_to_end_with_a_separator_behind_each()
    {
        var batches = new PackedSequences([[1, 2, 3], [], [4], [5, 6, 7, 8, 9, 10, 11, 12]], Options).ToList();

        var batch = Assert.Single(batches);
        Assert.Equal((2, 4), (batch.Rows, batch.Length));
        Assert.Equal([1, 2, 3, 0], batch[0].ToArray());
        Assert.Equal([4, 0, 5, 6], batch[1].ToArray());
    }

    [Fact]
    public void Tensor_has_the_rows_and_memory_of_its_own()
    {
        var before = LivingTensors.Count();
        using (NewDisposeScope())
        {
            var tokens = new PackedSequences([[1, 2, 3, 4, 5, 6, 7]], Options).Single().ToTensor();
            Assert.Equal([2, 4], tokens.shape);
            Assert.Equal(ScalarType.Int64, tokens.dtype);
            Assert.Equal([1, 2, 3, 4, 5, 6, 7, 0], tokens.data<long>().ToArray());
            Assert.Equal(before + 1, LivingTensors.Count());
        }

        Assert.Equal(before, LivingTensors.Count());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1000)]
    public void Pass_has_every_document_once_whatever_the_buffer(int buffer)
    {
        var options = Options with { ShuffleBuffer = buffer, Seed = 5 };
        var packed = new PackedSequences(Documents(40), options);

        var (first, second) = (Read(packed), Read(packed));
        Assert.Equal(Enumerable.Range(1, 40).Select(static n => (long)n), first.Where(static token => token != 0).Order());
        Assert.Equal(first.Order(), second.Order());
        Assert.Equal(first, Read(new PackedSequences(Documents(40), options)));

        // A buffer of one document has nothing to choose from.
        Assert.Equal(buffer < 2, first.SequenceEqual(second));
        Assert.Equal(buffer < 2, first.Where(static token => token != 0).SequenceEqual(Enumerable.Range(1, 40).Select(static n => (long)n)));
    }

    [Fact]
    public void Other_seed_is_another_order()
        => Assert.NotEqual(
            Read(new PackedSequences(Documents(40), Options with { ShuffleBuffer = 9, Seed = 1 })),
            Read(new PackedSequences(Documents(40), Options with { ShuffleBuffer = 9, Seed = 2 })));

    [Fact]
    public void Text_is_read_as_far_as_it_is_needed()
    {
        var read = 0;
        using var batches = new PackedSequences(Endless(), Options with { ShuffleBuffer = 3 }).GetEnumerator();

        Assert.Equal(0, read);
        Assert.True(batches.MoveNext());

        // Eight tokens are four documents of one token, and three more stand in the buffer.
        Assert.Equal(7, read);

        IEnumerable<IReadOnlyList<long>> Endless()
        {
            while (true)
            {
                read++;
                yield return [1];
            }
        }
    }

    [Fact]
    public void Any_place_of_any_pass_can_be_gone_on_from()
    {
        var options = Options with { ShuffleBuffer = 6, Seed = 8 };
        var whole = new PackedSequences(Documents(60), options);
        IReadOnlyList<long[]>[] passes = [Rows(whole.GetEnumerator()), Rows(whole.GetEnumerator()), Rows(whole.GetEnumerator())];
        for (var pass = 0; pass < 2; pass++)
        {
            for (var given = 0; given <= passes[pass].Count; given += 4)
            {
                var resumed = new PackedSequences(Documents(60), options);
                Assert.Equal(passes[pass].Skip(given), Rows(resumed.GetEnumerator(pass, given)));
                Assert.Equal(passes[pass + 1], Rows(resumed.GetEnumerator()));
            }
        }
    }

    [Theory]
    [InlineData(1, 2, 0, 0, "Length")]
    [InlineData(4, 0, 0, 0, "BatchSize")]
    [InlineData(4, 2, -1, 0, "Separator")]
    [InlineData(4, 2, 0, -1, "ShuffleBuffer")]
    public void Option_out_of_range_is_named(int length, int batch, long separator, int buffer, string name)
    {
        var options = new PackingOptions { Length = length, BatchSize = batch, Separator = separator, ShuffleBuffer = buffer };
        Assert.Contains(name, Assert.Throws<ArgumentOutOfRangeException>(() => new PackedSequences([], options)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Negative_token_is_named()
        => Assert.Contains("-100", Assert.Throws<InvalidDataException>(() => new PackedSequences([[1, -100]], Options).ToList()).Message, StringComparison.Ordinal);

    private static IEnumerable<IReadOnlyList<long>> Documents(int count) => Enumerable.Range(1, count).Select(static n => (IReadOnlyList<long>)[n]);

    private static List<long> Read(PackedSequences packed) => [.. Rows(packed.GetEnumerator()).SelectMany(static batch => batch)];

    private static List<long[]> Rows(IEnumerator<PackedBatch> batches)
    {
        var rows = new List<long[]>();
        while (batches.MoveNext())
        {
            rows.Add([.. Enumerable.Range(0, batches.Current.Rows).SelectMany(row => batches.Current[row].ToArray())]);
        }

        return rows;
    }
}
