using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>Tensors as the kernels of this library see them: contiguous memory of the CPU, which does not move.</summary>
internal static unsafe class CpuTensor
{
    // As much as a register, never freed.
    private const int Room = 64;

    private static readonly void* Nothing = NativeMemory.AllocZeroed(Room);

    /// <summary>The address of the first number. Where there is none (libtorch has no address then), one that can be read as far as <see cref="WithRoom"/> says.</summary>
    public static T* Address<T>(Tensor tensor)
        where T : unmanaged => (T*)(tensor.numel() == 0 ? Nothing : Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.bytes)));

    /// <summary>A copy with room behind it that can be read: 64 bytes.</summary>
    public static Tensor WithRoom(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        var room = zeros(tensor.numel() + (Room / tensor.element_size()), dtype: tensor.dtype, device: CPU);
        var copy = room.narrow(0, 0, tensor.numel());
        copy.copy_(tensor.flatten());
        return copy.view(tensor.shape).MoveToOuterDisposeScope();
    }

    /// <summary>Requires a weight that the kernels of this library can read.</summary>
    /// <exception cref="ArgumentException">It is something else.</exception>
    public static void Require(Tensor weight, SparseKernel kernel)
    {
        if (weight.dtype is not (ScalarType.Float32 or ScalarType.BFloat16))
        {
            throw new ArgumentException($"The weight is {weight.dtype}; the kernel {kernel} multiplies in Float32 and BFloat16.", nameof(weight));
        }

        if (weight.device_type != TorchSharp.DeviceType.CPU)
        {
            throw new ArgumentException($"The weight is on {weight.device}; the kernel {kernel} runs on the CPU.", nameof(weight));
        }

        if (weight.shape.Any(static size => size > int.MaxValue))
        {
            throw new ArgumentException(
                $"The weight is [{string.Join(", ", weight.shape)}]; the kernel {kernel} takes at most {int.MaxValue} rows and columns.", nameof(weight));
        }
    }
}
