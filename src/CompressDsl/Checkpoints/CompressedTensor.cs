using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>A weight that a file has in the parts of a layout of compressed-tensors; see <see cref="CompressedParts"/>.</summary>
internal sealed partial class CompressedTensor : StoredTensor
{
    // Of the sizes that a file states, so that nothing overflows: bits and offsets are looked at as one span each.
    private const long MaxBytes = int.MaxValue;

    private readonly ITensorFile file;
    private readonly SafeTensorInfo? sizes;
    private readonly SafeTensorInfo? values;
    private readonly SafeTensorInfo? bits;
    private readonly SafeTensorInfo? offsets;
    private readonly (int Rows, int Columns) shape;

    private CompressedTensor(ITensorFile file, string name, Func<string, SafeTensorInfo?> part)
    {
        (this.file, Name) = (file, name);
        (sizes, values, bits, offsets) = (part(CompressedParts.Shape), part(CompressedParts.Values), part(CompressedParts.Bits), part(CompressedParts.Offsets));
        Format = offsets is not null || sizes?.Shape.Count == 1 ? CompressedFormat.SparseBitmask : CompressedFormat.Sparse24Bitmask;
        HeaderFault = Missing() ?? Misfit(sizes!, "I64", CompressedParts.SizesOf(Format)) ?? ReadShape(out shape) ?? Misfit();
    }

    /// <summary>Which of the layouts.</summary>
    public CompressedFormat Format { get; }

    /// <summary>What contradicts what in the headers and the stated shape, in one line; null where nothing does.</summary>
    public string? HeaderFault { get; }

    /// <summary>The tensor of the file that says which weights are stored.</summary>
    public string Bits => CompressedParts.NameOf(Name, CompressedParts.Bits);

    public override string Name { get; }

    public override IReadOnlyList<string> Parts => [.. new[] { sizes, values, bits, offsets }.OfType<SafeTensorInfo>().Select(static part => part.Name)];

    /// <summary>With the place of its numbers. Not to be asked for where there is a <see cref="HeaderFault"/>.</summary>
    public override SafeTensorInfo Info => values! with { Name = Name, Shape = [shape.Rows, shape.Columns] };

    /// <summary>Finds the parts of a weight; null where the file has no numbers and no bits of it.</summary>
    /// <param name="file">The file.</param>
    /// <param name="name">The name of the weight.</param>
    /// <param name="mayBePart">Whether a tensor of the file may be a part.</param>
    public static CompressedTensor? FindParts(ITensorFile file, string name, Func<string, bool> mayBePart)
    {
        if (!CompressedParts.MayHave(name))
        {
            return null;
        }

        var tensor = new CompressedTensor(
            file,
            name,
            part => file.Tensors.TryGetValue(CompressedParts.NameOf(name, part), out var info) && mayBePart(info.Name) ? info : null);
        return tensor is { values: null, bits: null } ? null : tensor;
    }

    public override string? Fault() => HeaderFault ?? FindFaultInRows();

    public override Tensor Read()
    {
        using var scope = NewDisposeScope();
        return ReadCompressed().ToDense().MoveToOuterDisposeScope();
    }

    /// <summary>Reads the parts into host memory, in the current dispose scope.</summary>
    /// <exception cref="SafeTensorsException">There is a <see cref="Fault"/>, or a part cannot be read.</exception>
    public CompressedWeight ReadCompressed() => Fault() is { } fault
        ? throw new SafeTensorsException(file.Path, fault)
        : new(Format, shape, file.Read(values!.Name), file.Read(Bits), offsets is null ? null : file.Read(offsets.Name));

    /// <summary>Reads where no number is stored.</summary>
    /// <returns>bool [rows, columns]; the caller owns it.</returns>
    public Tensor ReadPruned()
    {
        using var scope = NewDisposeScope();
        return BitRows.Unpack(file.Read(Bits), shape.Columns).logical_not().MoveToOuterDisposeScope();
    }

    private string? Missing()
    {
        var part = sizes is null ? CompressedParts.Shape
            : values is null ? CompressedParts.Values
            : bits is null ? CompressedParts.Bits
            : offsets is null && Format == CompressedFormat.SparseBitmask ? CompressedParts.Offsets
            : null;
        return part is null
            ? null
            : $"missing: {CompressedParts.NameOf(Name, part)}, without which the other parts of {Name} ({string.Join(", ", Parts)}) cannot be read";
    }

    private string? ReadShape(out (int Rows, int Columns) shape)
    {
        using var read = file.Read(sizes!.Name);
        var stated = read.data<long>().ToArray();
        shape = default;
        var (rows, columns) = (stated[0], stated[1]);
        if (rows is < 0 or > MaxBytes / sizeof(long) || columns is < 0 or > int.MaxValue || rows * ((columns + 7) / 8) > MaxBytes)
        {
            return $"sizes: {sizes} holds {rows}, {columns}; rows and columns of at least 0 whose bits take at most {MaxBytes} bytes are right";
        }

        if (Format == CompressedFormat.Sparse24Bitmask && columns % CompressedWeight.Group != 0)
        {
            return $"sizes: {sizes} holds {rows}, {columns}; in {Format.Name()} {CompressedWeight.Group} divides the number of columns";
        }

        shape = ((int)rows, (int)columns);
        return null;
    }

    private string? Misfit() =>
        Misfit(bits!, "U8", [shape.Rows, (shape.Columns + 7L) / 8])
        ?? (offsets is null
            ? Misfit(values!, values!.Dtype, [shape.Rows, (long)shape.Columns * CompressedWeight.Kept / CompressedWeight.Group])
            : Misfit(offsets, "I64", [shape.Rows]) ?? (values!.Shape.Count == 1 ? null : $"parts: {values}; one dimension is right in {Format.Name()}"));

    private string? Misfit(SafeTensorInfo part, string dtype, long[] right) => part.Dtype == dtype && part.Shape.SequenceEqual(right)
        ? null
        : $"parts: {part}; {dtype} [{string.Join(", ", right)}] is right in {Format.Name()}{(shape == default ? "" : $" for a weight [{shape.Rows}, {shape.Columns}]")}";
}
