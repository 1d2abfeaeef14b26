namespace CompressDsl;

/// <summary>A product with few vectors, by <see cref="DotKernel{TSimd, TVector, TValue}"/>.</summary>
internal static unsafe class DotProduct<TSimd, TVector, TValue>
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
    where TValue : unmanaged
{
    // So many rows stay in the second cache while one group of vectors after the other goes over them.
    private const int RowsTogether = 16;

    private const int Vectors = 4;

    // Of more, a copy would be as large as they are.
    private const int Most = 256;

    private const int Step = DotKernel<TSimd, TVector, TValue>.Step;

    /// <summary>Computes y.</summary>
    /// <param name="rows">W.</param>
    /// <param name="x">[count, columns].</param>
    /// <param name="count">How many vectors.</param>
    /// <param name="output">Where y goes.</param>
    /// <param name="parts">How many parts the rows are shared out to.</param>
    /// <param name="threads">How many threads take part.</param>
    public static void Run(in BitmaskRows<TValue> rows, TValue* x, int count, in ProductOutput<TValue> output, int parts, int threads)
    {
        for (var first = 0; first < count; first += Most)
        {
            RunSome(rows, x + ((long)first * rows.Columns), Math.Min(Most, count - first), output.From(first), parts, threads);
        }
    }

    private static void RunSome(in BitmaskRows<TValue> rows, TValue* x, int count, in ProductOutput<TValue> output, int parts, int threads)
    {
        // Sixteen more, so that vectors of 4096 numbers do not lie in the same places of the cache.
        var stride = ((rows.Columns + Step - 1) / Step * Step) + 16;
        var padded = count == 1 ? 1 : (count + Vectors - 1) / Vectors * Vectors;
        var call = new Call
        {
            Rows = rows,
            Input = KernelScratch.Own.Input((long)padded * stride),
            Stride = stride,
            Count = count,
            Output = output,
            Parts = parts,
        };
        new Span<float>(call.Input, padded * stride).Clear();
        for (var vector = 0; vector < count; vector++)
        {
            for (var i = 0; i < rows.Columns; i++)
            {
                call.Input[((long)vector * stride) + i] = Values.Read(x + ((long)vector * rows.Columns) + i);
            }
        }

        KernelTeam.Run(&Part, &call, parts, threads);
    }

    private static void Part(void* state, int part)
    {
        ref var call = ref *(Call*)state;
        var end = Shares.First<BitmaskRows<TValue>, TValue>(call.Rows, part + 1, call.Parts);
        for (var first = Shares.First<BitmaskRows<TValue>, TValue>(call.Rows, part, call.Parts); first < end; first += RowsTogether)
        {
            for (var vector = 0; vector < call.Count; vector += Vectors)
            {
                Rows(ref call, first, Math.Min(first + RowsTogether, end), vector);
            }
        }
    }

    private static void Rows(ref Call call, int first, int end, int vector)
    {
        var x = call.Input + ((long)vector * call.Stride);
        var stride = call.Count == 1 ? 1 : Vectors;
        var sums = stackalloc float[RowsTogether * Vectors];
        for (var row = first; row < end; row++)
        {
            var rowSums = sums + ((row - first) * stride);
            if (call.Count == 1)
            {
                *rowSums = DotKernel<TSimd, TVector, TValue>.One(call.Rows, row, x);
            }
            else
            {
                DotKernel<TSimd, TVector, TValue>.Four(call.Rows, row, x, call.Stride, rowSums);
            }
        }

        call.Output.From(vector).Write(first, end - first, sums, stride, Math.Min(Vectors, call.Count - vector));
    }

    private struct Call
    {
        public BitmaskRows<TValue> Rows;
        public float* Input;
        public int Stride;
        public int Count;
        public ProductOutput<TValue> Output;
        public int Parts;
    }
}
