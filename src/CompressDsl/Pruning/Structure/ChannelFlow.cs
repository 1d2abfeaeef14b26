using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CompressDsl.Flow;

/// <summary>
/// Follows channels through a model: generated code tells it what forward does, with shapes in place of tensors, and the solver below finds out which
/// dimensions of which parameters are the same channels.
/// </summary>
public sealed partial class ChannelFlow : Solver
{
    private readonly Dictionary<(object? Owner, string Name), SizeSymbol> members = [];

    /// <summary>A size as a number.</summary>
    /// <exception cref="InvalidOperationException">Only a call knows it.</exception>
    public int Value(Size size)
    {
        ArgumentNullException.ThrowIfNull(size);
        return checked((int)(size.Number ?? throw new InvalidOperationException($"{size} is not known before a call.")));
    }

    /// <summary>A count in a field or property that a shrink can set.</summary>
    /// <param name="owner">The object whose member it is.</param>
    /// <param name="name">The name of the member.</param>
    /// <param name="value">What it holds now.</param>
    public Size Count(object owner, string name, long value) => Member(owner, name, value, isWritable: true);

    /// <summary>A count that stays what it is: of a configuration, or static.</summary>
    /// <param name="owner">The object whose member it is; null for a static one.</param>
    /// <param name="name">The name of the member.</param>
    /// <param name="value">What it holds.</param>
    public Size Fixed(object? owner, string name, long value) => Member(owner, name, value, isWritable: false);

    /// <summary>A width that one of TorchSharp's layers keeps beside its tensors.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="name">The name of its property.</param>
    /// <param name="value">What it is now.</param>
    public Size WidthOf(nn.Module layer, string name, long value) => (layer, name) switch
    {
        (Linear { } or SparseLinear { }, "out_features") => WidthOf(layer, "weight", 0, SlotRole.Output, value),
        (Linear { } or SparseLinear { }, "in_features") => WidthOf(layer, "weight", 1, SlotRole.Input, value),
        (Convolution { groups: 1 } convolution, "out_channels") => WidthOf(layer, "weight", convolution.transposed ? 1 : 0, SlotRole.Output, value),
        (Convolution { groups: 1 } convolution, "in_channels") => WidthOf(layer, "weight", convolution.transposed ? 0 : 1, SlotRole.Input, value),
        (NormBase { affine: true }, "num_features") => WidthOf(layer, "weight", 0, SlotRole.Norm, value),
        _ => Fixed(layer, name, value),
    };

    /// <summary>A number as a size.</summary>
    public Size Number(long value) => value;

    /// <summary>Numbers as sizes.</summary>
    public Size[] Sizes(IEnumerable<long> numbers) => [.. numbers.Select(static number => (Size)number)];

    /// <summary>Numbers as sizes.</summary>
    public Size[] Sizes(IEnumerable<int> numbers) => [.. numbers.Select(static number => (Size)number)];

    /// <summary>A parameter or buffer that one of the user's modules holds.</summary>
    /// <param name="owner">The module.</param>
    /// <param name="name">The name of the field.</param>
    /// <param name="value">The tensor as it is now; null gives null.</param>
    public Shape Parameter(nn.Module owner, string name, Tensor? value)
    {
        ArgumentNullException.ThrowIfNull(owner);
        if (value is null)
        {
            return null!;
        }

        Size[] sizes = [.. value.shape.Select(static size => (Size)size)];
        if (owner.get_parameter(name) is not null)
        {
            return Parameter(owner, name, SlotRole.Other, sizes);
        }

        // Masks are laid on parameters only: what is added from a buffer is there in masked channels too.
        return owner.get_buffer(name) is not null ? Fill(Parameter(owner, name, SlotRole.Other, sizes)) : Unregistered(name, sizes);
    }

    /// <summary>A tensor that the code puts into a field, before it is put there: the parameter or buffer that it is, or what the call before has left.</summary>
    /// <param name="owner">The module.</param>
    /// <param name="name">The name of the field.</param>
    /// <param name="value">The tensor as it is now; may be null.</param>
    public Shape Kept(nn.Module owner, string name, Tensor? value)
    {
        ArgumentNullException.ThrowIfNull(owner);
        return IsKept(owner, name) || value is null || owner.get_parameter(name) is null && owner.get_buffer(name) is null
            ? Kept(owner, name)
            : Parameter(owner, name, value);
    }

    // A shrink does not reach it.
    private Shape Unregistered(string name, Size[] sizes)
    {
        var shape = Known(sizes);
        for (var dim = 0; dim < sizes.Length; dim++)
        {
            if (sizes[dim].Number is > 1)
            {
                Pin(Dim(shape, dim), PinKind.Outside, $"meets '{name}', which is neither a parameter nor a buffer");
            }
        }

        return shape;
    }

    /// <summary>A parameter of one of TorchSharp's layers that is used directly: <c>linear(x, embedding.weight)</c>.</summary>
    public Shape Weight(nn.Module? layer, string name)
    {
        if (layer?.get_parameter(name) is not { } parameter)
        {
            return null!;
        }

        var shape = Parameter(layer, name, layer is Embedding ? SlotRole.Table : SlotRole.Other, [.. parameter.shape.Select(static size => (Size)size)]);
        if (layer is Embedding)
        {
            Pin(Dim(shape, 0), PinKind.Outside, "are the entries of a table");
        }

        return shape;
    }

    /// <summary>A parameter or buffer of one of TorchSharp's layers that is not a matrix of outputs and inputs.</summary>
    public Shape Held(nn.Module? layer, string name)
        => layer?.get_parameter(name) is not null ? Weight(layer, name)
            : layer?.get_buffer(name) is { } buffer ? Fill(Parameter(layer, name, SlotRole.Norm, [.. buffer.shape.Select(static size => (Size)size)]))
            : null!;

    /// <summary>A module that code may call which is not followed: all below it stays as it is.</summary>
    public void Escape(nn.Module? module, string what)
    {
        foreach (var part in module is null ? [] : module.modules().Prepend(module).Distinct())
        {
            Escape((object)part, what);
        }
    }

    private Size Member(object? owner, string name, long value, bool isWritable)
    {
        if (!members.TryGetValue((owner, name), out var symbol))
        {
            members.Add((owner, name), symbol = new SizeSymbol(name, value, isWritable) { Owner = owner });
        }

        return symbol;
    }
}
