using System.Text;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>Saves what an optimizer remembers (moments, step counts, rates) and puts it back, to the bit.</summary>
internal static class OptimizerState
{
    /// <summary>Throws where <see cref="Save"/> would: before the first step, not at the first checkpoint.</summary>
    /// <exception cref="NotSupportedException">The optimizer keeps its state to itself.</exception>
    internal static void Check(optim.Optimizer optimizer)
    {
        if (optimizer is not (IHasState or OptimizerHelper))
        {
            throw new NotSupportedException(
                $"{optimizer.GetType().Name} has no state that can be saved, so a training with it cannot be resumed exactly: leave out the checkpoint, take one of "
                + $"TorchSharp's other than LBFGS, or implement {nameof(IHasState)}.");
        }
    }

    /// <summary>Writes the state.</summary>
    internal static void Save(optim.Optimizer optimizer, Stream stream)
    {
        Check(optimizer);
        if (optimizer is IHasState own)
        {
            own.Save(stream);
            return;
        }

        using var scope = NewDisposeScope();
        using var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true);
        ((OptimizerHelper)optimizer).save_state_dict(writer);
    }

    /// <summary>Reads what <see cref="Save"/> wrote for the same kind of optimizer over the same parameters.</summary>
    internal static void Restore(optim.Optimizer optimizer, Stream stream)
    {
        Check(optimizer);
        if (optimizer is IHasState own)
        {
            own.Restore(stream);
            return;
        }

        // No scope: buffers that the optimizer did not have yet are made here and are its own.
        using var reader = new BinaryReader(stream, Encoding.UTF8, leaveOpen: true);
        ((OptimizerHelper)optimizer).load_state_dict(reader);
    }
}
