using System.Runtime.CompilerServices;

namespace CompressDsl;

/// <summary>A product with many vectors, by <see cref="WalkKernel{TSimd, TVector, TValue}"/> or <see cref="TileKernel{TSimd, TVector}"/>.</summary>
internal static unsafe class PanelProduct<TSimd, TVector, TRows, TValue>
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
    where TRows : unmanaged, ISparseRows<TValue>
    where TValue : unmanaged
{
    // Half of a usual second cache for the part of the input that all rows of a part go over; as much for their sums.
    private const int CacheFloats = 128 * 1024;

    private const int LongestWindow = 8192;

    // Beyond that the input is cut in blocks, and the weights are read once more for each.
    private const int VectorsTogether = 256;

    private const int TileRows = TileKernel<TSimd, TVector>.Rows;

    /// <summary>Computes y.</summary>
    /// <param name="rows">W.</param>
    /// <param name="x">[count, columns].</param>
    /// <param name="count">How many vectors.</param>
    /// <param name="output">Where y goes.</param>
    /// <param name="kernel">Walk or Tile. Walk becomes Tile where x is not finite: a stored zero times infinity is NaN, a zero that is not stored is not.</param>
    /// <param name="parts">How many parts the rows are shared out to, at least.</param>
    /// <param name="threads">How many threads take part.</param>
    public static void Run(in TRows rows, TValue* x, int count, in ProductOutput<TValue> output, ProductKernel kernel, int parts, int threads)
    {
        for (var first = 0; first < count; first += VectorsTogether)
        {
            var block = x + ((long)first * rows.Columns);
            var some = Math.Min(VectorsTogether, count - first);
            var target = output.From(first);
            if (!TryRun(rows, block, some, target, kernel, parts, threads))
            {
                TryRun(rows, block, some, target, ProductKernel.Tile, parts, threads);
            }
        }
    }

    private static bool TryRun(in TRows rows, TValue* x, int count, in ProductOutput<TValue> output, ProductKernel kernel, int parts, int threads)
    {
        var panels = new Panels(rows.Columns, count, TSimd.Count, kernel == ProductKernel.Walk ? 1 : 2);
        var call = new Call
        {
            Rows = rows,
            Source = x,
            Input = KernelScratch.Own.Input((long)panels.Width * rows.Columns),
            Panels = panels,
            Count = count,
            Output = output,
            Window = Math.Clamp(CacheFloats / panels.Width / 64 * 64, 64, LongestWindow),
            Parts = Math.Max(parts, (int)((long)rows.Rows * panels.Width / CacheFloats)),
        };
        KernelTeam.Run(&Lay, &call, call.InputParts = parts == 1 ? 1 : threads, threads);
        if (kernel == ProductKernel.Walk && call.IsNotFinite != 0)
        {
            return false;
        }

        KernelTeam.Run(kernel == ProductKernel.Walk ? &WalkPart : &TilePart, &call, call.Parts, threads);
        return true;
    }

    /// <summary>Lays a part of the places of the input out in panels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Lay(void* state, int part)
    {
        ref var call = ref *(Call*)state;
        var columns = call.Rows.Columns;
        var (start, end) = ((int)((long)columns * part / call.InputParts), (int)((long)columns * (part + 1) / call.InputParts));
        var zeros = 0f;
        for (var panel = 0; panel < call.Panels.Number; panel++)
        {
            var (width, first) = (call.Panels.WidthOf(panel), panel * 4 * TSimd.Count);
            var some = Math.Min(width, call.Count - first);
            var source = call.Source + ((long)first * columns);
            for (var place = start; place < end; place++)
            {
                var target = call.Input + call.Panels.Start(panel) + ((nint)place * width);
                for (var vector = 0; vector < some; vector++)
                {
                    var value = Values.Read(source + ((nint)vector * columns) + place);
                    target[vector] = value;
                    zeros += value * 0;
                }

                new Span<float>(target + some, width - some).Clear();
            }
        }

        if (zeros != 0 || float.IsNaN(zeros))
        {
            Interlocked.Exchange(ref call.IsNotFinite, 1);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void WalkPart(void* state, int part)
    {
        ref var call = ref *(Call*)state;
        var (first, end) = (Shares.First<TRows, TValue>(call.Rows, part, call.Parts), Shares.First<TRows, TValue>(call.Rows, part + 1, call.Parts));
        var scratch = KernelScratch.Own;
        var (width, columns) = (call.Panels.Width, call.Rows.Columns);
        var sums = scratch.Sums((long)(end - first) * width);
        var positions = (int*)scratch.Rest(((end - first) * sizeof(int)) + ((call.Window + 64) * sizeof(ushort)));
        var places = (ushort*)(positions + (end - first));
        new Span<float>(sums, (end - first) * width).Clear();
        new Span<int>(positions, end - first).Clear();
        for (var start = 0; start < columns; start += call.Window)
        {
            var length = Math.Min(call.Window, columns - start);
            for (var row = first; row < end; row++)
            {
                var position = positions[row - first];
                var count = call.Rows.Places(row, start, length, position, places);
                positions[row - first] += count;
                var values = call.Rows.Values(row) + position;
                if (row + 1 < end)
                {
                    Cache.Prefetch(call.Rows.Values(row + 1) + positions[row + 1 - first], (long)count * sizeof(TValue));
                }

                var rowSums = sums + ((nint)(row - first) * width);
                for (var panel = 0; panel < call.Panels.Number; panel++)
                {
                    Walk(call.Panels.WidthOf(panel), values, places, count, call.Place(panel, start), rowSums + (panel * 4 * TSimd.Count));
                }
            }
        }

        call.Output.Write(first, end - first, sums, width, call.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Walk(int width, TValue* values, ushort* places, int count, float* x, float* sums)
    {
        if (width == 4 * TSimd.Count)
        {
            WalkKernel<TSimd, TVector, TValue>.Four(values, places, count, x, sums);
        }
        else if (width == 2 * TSimd.Count)
        {
            WalkKernel<TSimd, TVector, TValue>.Two(values, places, count, x, sums);
        }
        else
        {
            WalkKernel<TSimd, TVector, TValue>.One(values, places, count, x, sums);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TilePart(void* state, int part)
    {
        ref var call = ref *(Call*)state;
        var (first, end) = (Shares.First<TRows, TValue>(call.Rows, part, call.Parts), Shares.First<TRows, TValue>(call.Rows, part + 1, call.Parts));
        var padded = (end - first + TileRows - 1) / TileRows * TileRows;
        var scratch = KernelScratch.Own;
        var (width, columns) = (call.Panels.Width, call.Rows.Columns);
        var sums = scratch.Sums((long)padded * width);
        var tile = (float*)scratch.Rest((TileRows * call.Window * sizeof(float)) + (padded * sizeof(int)) + ((call.Window + 64) * sizeof(ushort)));
        var positions = (int*)(tile + (TileRows * call.Window));
        var places = (ushort*)(positions + padded);
        new Span<float>(sums, padded * width).Clear();
        new Span<int>(positions, padded).Clear();
        for (var start = 0; start < columns; start += call.Window)
        {
            var length = Math.Min(call.Window, columns - start);
            for (var row = first; row < end; row += TileRows)
            {
                Unpack(ref call, row, Math.Min(TileRows, end - row), start, length, positions + (row - first), places, tile);
                var rowSums = sums + ((nint)(row - first) * width);
                for (var panel = 0; panel < call.Panels.Number; panel++)
                {
                    var panelWidth = call.Panels.WidthOf(panel);
                    for (var half = 0; half < panelWidth; half += 2 * TSimd.Count)
                    {
                        var x = call.Place(panel, start) + half;
                        TileKernel<TSimd, TVector>.Two(tile, length, x, panelWidth, rowSums + (panel * 4 * TSimd.Count) + half, width);
                    }
                }
            }
        }

        call.Output.Write(first, end - first, sums, width, call.Count);
    }

    /// <summary>Puts the numbers of some rows at their places in a tile, zeros between them and in rows that are not there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Unpack(ref Call call, int row, int rows, int start, int length, int* positions, ushort* places, float* tile)
    {
        new Span<float>(tile, TileRows * length).Clear();
        for (var i = 0; i < rows; i++)
        {
            var count = call.Rows.Places(row + i, start, length, positions[i], places);
            var values = call.Rows.Values(row + i) + positions[i];
            positions[i] += count;
            for (var number = 0; number < count; number++)
            {
                tile[((nuint)places[number] * TileRows) + (nuint)i] = Values.Read(values + number);
            }
        }
    }

    private struct Call
    {
        public TRows Rows;
        public TValue* Source;
        public float* Input;
        public Panels Panels;
        public int Count;
        public ProductOutput<TValue> Output;
        public int Window;
        public int Parts;
        public int InputParts;
        public int IsNotFinite;

        public readonly float* Place(int panel, int start) => Input + Panels.Start(panel) + ((nint)start * Panels.WidthOf(panel));
    }
}
