using TorchSharp;
using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>The few libtorch operators that this project needs and TorchSharp 0.107.0 has no binding for, reached through TorchScript.</summary>
/// <remarks>
/// A script that does not compile can end the process, not only throw: keep it constant and small. One call costs a few microseconds.
/// </remarks>
internal static class Aten
{
    private static readonly Lazy<jit.CompilationUnit> script = new(() => jit.compile(
        """
        def version(x: Tensor) -> int:
          return x._version()

        def is_set_to(x: Tensor, y: Tensor) -> bool:
          return x.is_set_to(y)


        """.ReplaceLineEndings("\n")));

    /// <summary>How often the tensor was changed in place. Counted by libtorch for the tensor itself, whichever object refers to it.</summary>
    public static long Version(Tensor tensor)
    {
        using var version = (Scalar)script.Value.invoke("version", tensor);
        return version.ToInt64();
    }

    /// <summary>Whether both are the same numbers at the same place in memory.</summary>
    public static bool IsSetTo(Tensor one, Tensor other)
    {
        using var same = (Scalar)script.Value.invoke("is_set_to", one, other);
        return same.ToBoolean();
    }

    /// <summary>Whether both are on one device. TorchSharp's <c>Device</c> has no equality: two objects for the same device differ.</summary>
    public static bool AreOnOneDevice(Tensor one, Tensor other) => one.device_type == other.device_type && one.device_index == other.device_index;
}
